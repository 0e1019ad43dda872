using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace QCluster.Tool.Bench;

/// <summary>A redis-server for a measurement only: on a free port, without persistence, gone afterwards.</summary>
internal sealed class OwnRedis : IAsyncDisposable
{
    private readonly Process _process;

    private OwnRedis(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    public static async Task<OwnRedis> StartAsync()
    {
        var port = FreePort();
        var start = new ProcessStartInfo("redis-server") { UseShellExecute = false, RedirectStandardOutput = true };
        foreach (var argument in (string[])["--bind", "127.0.0.1", "--port", $"{port}", "--save", "", "--appendonly", "no"])
            start.ArgumentList.Add(argument);
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new IOException("There is no redis-server to measure with. Name a Redis with --redis, or install it: 'apt-get install redis-server' on Debian and Ubuntu.", e);
        }

        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        var redis = new OwnRedis(process, port);
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(10))
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, port);
                return redis;
            }
            catch (SocketException) when (clock.Elapsed < TimeSpan.FromSeconds(10) && !process.HasExited)
            {
                // Not yet.
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
