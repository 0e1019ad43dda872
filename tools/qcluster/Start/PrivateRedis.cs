using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace QCluster.Tool.Start;

/// <summary>
/// A redis-server of our own, for those who have named none and run none: 127.0.0.1:6379, append-only file, data in the user's
/// data folder. It is in a session of its own, so that a Ctrl-C which reaches the whole process group does not stop it under
/// the cluster that is just draining; it is stopped last, and started again when it dies.
/// </summary>
internal sealed class PrivateRedis : IAsyncDisposable
{
    private const int Port = 6379;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);

    private readonly string _server;
    private readonly string _folder;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private Process _process;
    private Task _supervision = Task.CompletedTask;

    private PrivateRedis(string server, string folder, ILogger logger)
    {
        _server = server;
        _folder = folder;
        _logger = logger;
        _process = Launch();
    }

    /// <summary>Null when a server answers there already.</summary>
    /// <exception cref="IOException">There is none, and none can be started.</exception>
    public static async Task<PrivateRedis?> StartIfNeededAsync(string endpoint, ILogger logger)
    {
        if (await AnswersAsync())
            return null;
        var server = FindOnPath("redis-server") ?? throw new IOException(
            $"Nothing answers at {endpoint} and there is no redis-server to start one. Name a Redis with --redis or QCLUSTER_REDIS, or install it: 'apt-get install redis-server' on Debian and Ubuntu, 'dnf install redis' on Fedora, 'brew install redis' on macOS.");
        var folder = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "qcluster", "redis");
        Directory.CreateDirectory(folder);
        logger.LogInformation("Nothing answers at {Endpoint}: starting a private {Server}, data in {Folder}", endpoint, server, folder);
        var redis = new PrivateRedis(server, folder, logger);
        await redis.WaitUntilReadyAsync();
        redis._supervision = redis.SuperviseAsync();
        return redis;
    }

    private Process Launch()
    {
        var setsid = FindOnPath("setsid");
        var start = new ProcessStartInfo(setsid ?? _server) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardInput = true };
        if (setsid is not null)
            start.ArgumentList.Add(_server);
        foreach (var argument in new[] { "--bind", "127.0.0.1", "--port", $"{Port}", "--appendonly", "yes", "--dir", _folder, "--daemonize", "no" })
            start.ArgumentList.Add(argument);
        var process = Process.Start(start) ?? throw new IOException($"{_server} could not be started.");
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }

    private async Task WaitUntilReadyAsync()
    {
        var started = Stopwatch.GetTimestamp();
        while (!await AnswersAsync())
        {
            if (_process.HasExited)
                throw new IOException($"{_server} exited with code {_process.ExitCode} at its start. Run it by hand with --dir {_folder} to see why.");
            if (Stopwatch.GetElapsedTime(started) > StartLimit)
                throw new IOException($"{_server} did not answer on 127.0.0.1:{Port} within {StartLimit.TotalSeconds} s.");
            await Task.Delay(20);
        }
    }

    private async Task SuperviseAsync()
    {
        try
        {
            while (true)
            {
                await _process.WaitForExitAsync(_stopping.Token);
                _logger.LogWarning("The private redis-server ended with code {Code}; it is started again", _process.ExitCode);
                await Task.Delay(200, _stopping.Token);
                _process.Dispose();
                _process = Launch();
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private static async Task<bool> AnswersAsync()
    {
        using var client = new TcpClient();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await client.ConnectAsync("127.0.0.1", Port, limit.Token);
            var stream = client.GetStream();
            await stream.WriteAsync("PING\r\n"u8.ToArray(), limit.Token);
            // Also an error (a password is asked for, it is loading) is an answer of a server.
            return await stream.ReadAsync(new byte[1], limit.Token) == 1;
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            return false;
        }
    }

    private static string? FindOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? program + ".exe" : program))
            .FirstOrDefault(File.Exists);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _supervision;
        if (!_process.HasExited)
        {
            // SHUTDOWN rather than a signal: it saves, on every platform.
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync("127.0.0.1", Port);
                await client.GetStream().WriteAsync("SHUTDOWN\r\n"u8.ToArray());
                using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
            {
                _logger.LogWarning("The private redis-server did not stop when told to and is killed: {Problem}", e.Message);
                _process.Kill();
            }
        }

        _process.Dispose();
        _stopping.Dispose();
    }
}
