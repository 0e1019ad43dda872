using System.Diagnostics;

namespace QCluster.TestSupport;

/// <summary>A real Redis Sentinel that watches one primary.</summary>
public sealed class RedisSentinel : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private RedisSentinel(Process process, string folder, int port)
    {
        _process = process;
        _folder = folder;
        Port = port;
    }

    public int Port { get; }

    public string Endpoint => $"127.0.0.1:{Port}";

    /// <summary>Starts one and waits until it answers.</summary>
    public static async Task<RedisSentinel> StartAsync(string service, int primaryPort, params string[] settings)
    {
        var port = FreePort.Next();
        var folder = Directory.CreateTempSubdirectory("qcluster-sentinel-").FullName;
        var file = Path.Combine(folder, "sentinel.conf");
        string[] lines = [$"port {port}", "bind 127.0.0.1", $"dir {folder}", $"sentinel monitor {service} 127.0.0.1 {primaryPort} 1", .. settings];
        await File.WriteAllLinesAsync(file, lines);
        var start = new ProcessStartInfo("redis-server", [file, "--sentinel"]) { UseShellExecute = false, RedirectStandardOutput = true };
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        var sentinel = new RedisSentinel(process, folder, port);
        await Eventually.IsTrue(sentinel.AnswersAsync);
        return sentinel;
    }

    public Task<string> CallAsync(params string[] command) => RedisCommands.CallAsync("127.0.0.1", Port, password: null, command, TimeSpan.FromSeconds(5));

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await CallAsync("PING");
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
        catch (InvalidOperationException refusal)
        {
            return refusal.Message.StartsWith("NOAUTH", StringComparison.Ordinal);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
