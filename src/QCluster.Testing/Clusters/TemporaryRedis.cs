using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using QCluster.Hosting.Servers;

namespace QCluster.Testing.Clusters;

/// <summary>A redis-server for one test cluster: on a free port, with a temporary folder, without files of its data. It ends with the test process, however that ends.</summary>
internal sealed class TemporaryRedis : IAsyncDisposable
{
    private const int Tries = 5;

    private readonly LocalRedis _server;
    private readonly Process? _watcher;
    private readonly string _folder;

    private TemporaryRedis(LocalRedis server, int port, string folder)
    {
        _server = server;
        _folder = folder;
        _watcher = Watch(server.ProcessId);
        Endpoint = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
    }

    public string Endpoint { get; }

    /// <exception cref="IOException">There is no redis-server, or it does not start.</exception>
    public static async Task<TemporaryRedis> StartAsync(CancellationToken cancellationToken)
    {
        var program = LocalRedis.Find() ?? throw new IOException(
            $"There is no redis-server on PATH for the test cluster. Set Redis to one that runs, or {LocalRedis.HowToInstall}.");
        for (var attempt = 1; ; attempt++)
        {
            var folder = Directory.CreateTempSubdirectory("qcluster-test-").FullName;
            var port = FreePort();
            var redis = new TemporaryRedis(LocalRedis.Launch(program, port, folder, ownSession: false, "--save", "", "--appendonly", "no"), port, folder);
            try
            {
                await redis._server.WaitUntilReadyAsync(cancellationToken).ConfigureAwait(false);
                return redis;
            }
            catch (IOException) when (attempt < Tries)
            {
                // Another process may have taken the port since it was found free.
                await redis.DisposeAsync().ConfigureAwait(false);
            }
            catch
            {
                await redis.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Its standard input closes with this process, killed or not.</summary>
    private static Process? Watch(int processId)
    {
        if (OperatingSystem.IsWindows())
            return null;
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, UseShellExecute = false };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(string.Create(CultureInfo.InvariantCulture, $"read _ || kill -9 {processId} 2>/dev/null"));
        return Process.Start(start);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync().ConfigureAwait(false);
        if (_watcher is not null)
        {
            // A line, not the end of the input: it must not kill an id that by then is another's.
            await _watcher.StandardInput.WriteLineAsync().ConfigureAwait(false);
            await _watcher.StandardInput.FlushAsync().ConfigureAwait(false);
            await _watcher.WaitForExitAsync().ConfigureAwait(false);
            _watcher.Dispose();
        }

        _server.Dispose();
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (IOException)
        {
            // A folder left in the temporary directory harms no test.
        }
    }
}
