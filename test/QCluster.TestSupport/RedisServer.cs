using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace QCluster.TestSupport;

/// <summary>
/// A real <c>redis-server</c> process of our own, on a free port, with a temporary folder. Only this process is ever signalled, by its id.
/// A watcher kills it when the test process ends in whatever way.
/// </summary>
public sealed class RedisServer : IRedisFixture
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);

    private readonly RedisServerOptions _options;
    private readonly StringBuilder _log = new();
    private Process? _process;
    private Process? _watcher;

    private RedisServer(RedisServerOptions options, int port)
    {
        _options = options;
        Port = port;
        Folder = Directory.CreateTempSubdirectory("qcluster-redis-").FullName;
    }

    public int Port { get; private set; }

    public string Folder { get; }

    public string Endpoint => _options.Password is null ? $"127.0.0.1:{Port}" : $"127.0.0.1:{Port},password={_options.Password}";

    public int ProcessId => (_process ?? throw new InvalidOperationException("The server is not running.")).Id;

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>What the server has written, for a failed test's message.</summary>
    public string Log
    {
        get
        {
            lock (_log) return _log.ToString();
        }
    }

    public static async Task<RedisServer> StartAsync(RedisServerOptions? options = null)
    {
        var server = new RedisServer(options ?? new RedisServerOptions(), FreePort.Next());
        try
        {
            for (var attempt = 1; !await server.TryStartAsync(); attempt++)
            {
                // Another process may have taken the port since it was found free.
                if (attempt == 5) throw new InvalidOperationException("redis-server did not start: " + server.Log);
                server.Port = FreePort.Next();
            }

            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a stopped or killed server again, on its port and with its data.</summary>
    public async Task StartAgainAsync()
    {
        // The port may be in TIME_WAIT's hands for a moment, or another's.
        for (var attempt = 1; !await TryStartAsync(); attempt++)
        {
            if (attempt == 20) throw new InvalidOperationException("redis-server did not start again: " + Log);
            await Task.Delay(50);
        }
    }

    /// <summary>Starts the process and returns before it answers, to meet it while it loads.</summary>
    public void Launch() => Spawn();

    /// <summary>SHUTDOWN by signal: saves what the options say.</summary>
    public Task StopAsync() => EndAsync(Signal.Terminate);

    public Task KillAsync() => EndAsync(Signal.Kill);

    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAgainAsync();
    }

    public void Pause() => Signals.Send(ProcessId, Signal.Stop);

    public void Resume() => Signals.Send(ProcessId, Signal.Continue);

    public Task<string> CallAsync(params string[] command) => RedisCommands.CallAsync("127.0.0.1", Port, _options.Password, command, StartLimit);

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        try
        {
            Directory.Delete(Folder, recursive: true);
        }
        catch (IOException)
        {
            // A folder left in the temporary directory harms no test.
        }
    }

    private async Task<bool> TryStartAsync()
    {
        Spawn();
        var process = _process!;
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < StartLimit)
        {
            if (process.HasExited)
            {
                await KillAsync();
                return false;
            }

            try
            {
                // The process id tells our server from another's on the same port.
                var info = await RedisCommands.CallAsync("127.0.0.1", Port, _options.Password, ["INFO", "server"], TimeSpan.FromSeconds(1));
                if (info.Contains($"process_id:{process.Id}\r", StringComparison.Ordinal)
                    && await RedisCommands.CallAsync("127.0.0.1", Port, _options.Password, ["PING"], TimeSpan.FromSeconds(1)) is "PONG") return true;
            }
            catch (Exception error) when (error is SocketException or IOException or OperationCanceledException or InvalidOperationException)
            {
                // Not yet listening, or loading.
                lock (_log) _log.AppendLine(CultureInfo.InvariantCulture, $"(waiting: {error.Message})");
            }

            await Task.Delay(5);
        }

        await KillAsync();
        return false;
    }

    private void Spawn()
    {
        var start = new ProcessStartInfo("redis-server") { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        var settings = Path.Combine(Folder, "sentinel.conf");
        if (_options.Sentinel && !File.Exists(settings)) File.WriteAllText(settings, string.Create(CultureInfo.InvariantCulture, $"port {Port}\nbind 127.0.0.1\ndir {Folder}\n"));
        string[] arguments = _options.Sentinel ? [settings, "--sentinel"] :
        [
            "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", Folder, "--daemonize", "no", "--save", "",
            "--appendonly", _options.AppendOnly ? "yes" : "no", "--appendfsync", "everysec",
            .. _options.Password is null ? Array.Empty<string>() : ["--requirepass", _options.Password],
            .. _options.ExtraArguments,
        ];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        _process = Process.Start(start) ?? throw new InvalidOperationException("redis-server cannot be started.");
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        // Its standard input closes with this process, killed or not.
        var watch = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, UseShellExecute = false };
        watch.ArgumentList.Add("-c");
        watch.ArgumentList.Add(string.Create(CultureInfo.InvariantCulture, $"read _ || kill -9 {_process.Id} 2>/dev/null"));
        _watcher = Process.Start(watch);
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_log) _log.AppendLine(line.Data);
    }

    private async Task EndAsync(Signal signal)
    {
        var process = _process;
        if (process is null) return;
        _process = null;
        if (_watcher is { } watcher)
        {
            // A line, not the end of the input: it must not kill an id that by then is another's.
            _watcher = null;
            try
            {
                await watcher.StandardInput.WriteLineAsync();
                await watcher.StandardInput.FlushAsync();
            }
            catch (IOException)
            {
                // It ended by itself; then there is nothing to call off.
                lock (_log) _log.AppendLine("(the watcher was gone)");
            }

            await watcher.WaitForExitAsync();
            watcher.Dispose();
        }

        if (!process.HasExited) Signals.TrySend(process.Id, signal);
        // A stopped process does not act on SIGTERM until it goes on.
        if (signal != Signal.Kill && !process.HasExited) Signals.TrySend(process.Id, Signal.Continue);
        using var limit = new CancellationTokenSource(StartLimit);
        await process.WaitForExitAsync(limit.Token);
        process.Dispose();
    }
}
