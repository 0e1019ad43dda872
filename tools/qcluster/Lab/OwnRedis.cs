using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace QCluster.Tool.Lab;

/// <summary>A redis-server for a measurement or a trial only: on a free port, gone afterwards.</summary>
internal sealed class OwnRedis : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly string[] _arguments;
    private readonly string? _folder;
    private Process? _process;

    private OwnRedis(int port, string? folder)
    {
        Port = port;
        _folder = folder;
        _arguments = ["--bind", "127.0.0.1", "--port", $"{port}", "--save", "", .. folder is null ? (string[])["--appendonly", "no"] : ["--appendonly", "yes", "--appendfsync", "always", "--dir", folder]];
    }

    public int Port { get; }

    /// <summary>Starts one that forgets all when it ends; or, with <paramref name="durable"/>, one whose append-only file has everything that it has answered.</summary>
    public static async Task<OwnRedis> StartAsync(bool durable = false)
    {
        var redis = new OwnRedis(FreePort(), durable ? Directory.CreateTempSubdirectory("qcluster-redis-").FullName : null);
        await redis.LaunchAsync();
        return redis;
    }

    /// <summary>Kills it and starts it again after a while.</summary>
    public async Task RestartAsync(TimeSpan pause)
    {
        await KillAsync();
        await Task.Delay(pause);
        await LaunchAsync();
    }

    private async Task LaunchAsync()
    {
        var start = new ProcessStartInfo("redis-server") { UseShellExecute = false, RedirectStandardOutput = true };
        foreach (var argument in _arguments)
            start.ArgumentList.Add(argument);
        try
        {
            _process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new IOException("There is no redis-server to work with. Name a Redis with --redis where that is possible, or install it: 'apt-get install redis-server' on Debian and Ubuntu.", e);
        }

        _process.OutputDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(10))
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, Port);
                return;
            }
            catch (SocketException) when (clock.Elapsed < Limit && !_process.HasExited)
            {
                // Not yet.
            }
        }
    }

    private async Task KillAsync()
    {
        if (_process is null)
            return;
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        if (_folder is not null)
            Directory.Delete(_folder, recursive: true);
    }
}
