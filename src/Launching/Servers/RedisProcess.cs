using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace QCluster.Launching.Servers;

/// <summary>A redis-server process of our own on 127.0.0.1. Only this process gets signals, by its id.</summary>
internal sealed class RedisProcess : IAsyncDisposable
{
    public const string HowToInstall = "install it: 'apt-get install redis-server' on Debian and Ubuntu, 'dnf install redis' on Fedora, 'brew install redis' on macOS";

    private const int TriesAtFirst = 5;
    private const int TriesAgain = 20;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    private readonly RedisProcessOptions _options;
    private readonly ServerProgram _program;
    private readonly LogTail _log = new();
    private Process? _process;
    private ParentWatch? _watch;
    private bool _hasAnswered;

    /// <summary>Starts nothing yet.</summary>
    /// <exception cref="IOException">There is no redis-server on PATH.</exception>
    public RedisProcess(RedisProcessOptions options)
    {
        _program = options.Program ?? ServerProgram.RedisServer()
            ?? throw new IOException($"No redis-server was found on PATH. {options.Otherwise}, or {HowToInstall}.");
        _options = options;
        Port = options.Port ?? FreePort.Next();
        Folder = options.Folder ?? Directory.CreateTempSubdirectory("qcluster-redis-").FullName;
    }

    public int Port { get; private set; }

    public string Endpoint => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    public string Folder { get; }

    public int ProcessId => Current.Id;

    /// <summary>The last lines that it wrote.</summary>
    public string Log => _log.ToString();

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>The exit code of the process that has ended.</summary>
    public int ExitCode => Current.ExitCode;

    private Process Current => _process ?? throw new InvalidOperationException("The redis-server is not running.");

    /// <summary>Starts a server and waits until it answers.</summary>
    /// <exception cref="IOException">There is no redis-server on PATH, or it does not start.</exception>
    public static async Task<RedisProcess> StartAsync(RedisProcessOptions options, CancellationToken cancellationToken = default)
    {
        var server = new RedisProcess(options);
        try
        {
            await server.StartAgainAsync(cancellationToken).ConfigureAwait(false);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Starts the process, or, after its end, another one with the same port and data, and waits until it answers.</summary>
    /// <exception cref="IOException">The process ends repeatedly, or does not answer in time.</exception>
    public async Task StartAgainAsync(CancellationToken cancellationToken = default)
    {
        for (var tries = _hasAnswered ? TriesAgain : TriesAtFirst; ; tries--)
        {
            Launch();
            try
            {
                await WaitUntilReadyAsync(cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (IOException) when (!IsRunning && tries > 1)
            {
                // Another process may hold the port: one that was free a moment ago is exchanged, one that clients know is waited for.
                if (_options.Port is null && !_hasAnswered)
                    Port = FreePort.Next();
                else
                    await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Starts the process and returns before it answers.</summary>
    /// <exception cref="IOException">The process cannot be started.</exception>
    public void Launch()
    {
        if (IsRunning)
            throw new InvalidOperationException($"The redis-server on port {Port} is already running.");
        _process?.Dispose();
        var setsid = _options.OwnSession ? ServerProgram.FindOnPath("setsid") : null;
        var start = new ProcessStartInfo(setsid ?? _program.Path)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder,
        };
        if (setsid is not null)
            start.ArgumentList.Add(_program.Path);
        foreach (var argument in Arguments())
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in _program.Environment)
            start.Environment[name] = value;
        if (_program.PasswordVariable is { } variable && _options.Password is { } secret)
            start.Environment[variable] = secret;
        _process = Process.Start(start) ?? throw new IOException($"{_program} could not be started.");
        _process.OutputDataReceived += (_, line) => _log.Add(line.Data);
        _process.ErrorDataReceived += (_, line) => _log.Add(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        if (_options.EndsWithThisProcess)
            _watch = ParentWatch.Over(_process.Id);
    }

    private IEnumerable<string> Arguments() =>
    [
        .. _program.Arguments,
        .. _options.ConfigFile is { } file ? (string[])[file] : [],
        "--bind", "127.0.0.1", "--port", Port.ToString(CultureInfo.InvariantCulture), "--dir", Folder, "--daemonize", "no",
        .. _program.PasswordVariable is null && _options.Password is { } password ? (string[])["--requirepass", password] : [],
        .. _options.Arguments,
    ];

    /// <summary>Waits until this process answers, not another one on its port.</summary>
    /// <exception cref="IOException">The process ended, or does not answer in time.</exception>
    public async Task WaitUntilReadyAsync(CancellationToken cancellationToken = default)
    {
        var process = Current;
        var started = Stopwatch.GetTimestamp();
        while (!await RedisProbe.IsReadyAsync(Port, _options.Password, process.Id).ConfigureAwait(false))
        {
            if (process.HasExited)
                throw new IOException($"{_program} exited with code {process.ExitCode} when it started on port {Port} with its data in {Folder}. It wrote: {_log}");
            if (Stopwatch.GetElapsedTime(started) > StartLimit)
                throw new IOException($"{_program} did not answer on 127.0.0.1:{Port} within {StartLimit.TotalSeconds} s. It wrote: {_log}");
            await Task.Delay(5, cancellationToken).ConfigureAwait(false);
        }

        _hasAnswered = true;
    }

    public Task WaitForExitAsync(CancellationToken cancellationToken) => Current.WaitForExitAsync(cancellationToken);

    /// <summary>Sends SHUTDOWN rather than a signal, so that the server saves its data on every platform. Returns null, or the reason why it had to be killed.</summary>
    public async Task<string?> StopAsync()
    {
        if (!IsRunning)
            return null;
        await CallWatchOffAsync().ConfigureAwait(false);
        try
        {
            using var limit = new CancellationTokenSource(StopLimit);
            using var connection = await RedisProbe.BeginShutDownAsync(Port, _options.Password, limit.Token).ConfigureAwait(false);
            await Current.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            await KillAsync().ConfigureAwait(false);
            return e.Message;
        }
    }

    /// <summary>Sends SIGKILL, as a crash: only the data on disk survive.</summary>
    public async Task KillAsync()
    {
        await CallWatchOffAsync().ConfigureAwait(false);
        if (_process is not { } process)
            return;
        process.Kill();
        await process.WaitForExitAsync().ConfigureAwait(false);
    }

    private async Task CallWatchOffAsync()
    {
        if (_watch is not { } watch)
            return;
        _watch = null;
        await watch.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Kills the process if it still runs, and deletes a temporary folder.</summary>
    public async ValueTask DisposeAsync()
    {
        await KillAsync().ConfigureAwait(false);
        _process?.Dispose();
        _process = null;
        if (_options.Folder is not null)
            return;
        try
        {
            Directory.Delete(Folder, recursive: true);
        }
        catch (IOException)
        {
            // A remaining folder in the temporary directory is harmless.
        }
    }
}
