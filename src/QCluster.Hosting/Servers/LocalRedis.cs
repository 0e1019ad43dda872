using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace QCluster.Hosting.Servers;

/// <summary>A redis-server process of our own, on 127.0.0.1.</summary>
internal sealed class LocalRedis : IDisposable
{
    public static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly string _server;
    private readonly string _folder;
    private readonly int _port;

    private LocalRedis(Process process, string server, string folder, int port)
    {
        _process = process;
        _server = server;
        _folder = folder;
        _port = port;
    }

    public const string HowToInstall = "install it: 'apt-get install redis-server' on Debian and Ubuntu, 'dnf install redis' on Fedora, 'brew install redis' on macOS";

    public int ProcessId => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>The server's path; null when there is none on PATH.</summary>
    public static string? Find() => FindOnPath("redis-server");

    /// <summary>Starts the process and returns before it answers.</summary>
    /// <param name="server">The program.</param>
    /// <param name="port">Its port.</param>
    /// <param name="folder">Where its data go.</param>
    /// <param name="ownSession">In a session of its own, so that a Ctrl-C for the whole process group does not stop it.</param>
    /// <param name="arguments">More arguments.</param>
    public static LocalRedis Launch(string server, int port, string folder, bool ownSession, params string[] arguments)
    {
        var setsid = ownSession ? FindOnPath("setsid") : null;
        var start = new ProcessStartInfo(setsid ?? server) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardInput = true, WorkingDirectory = folder };
        if (setsid is not null)
            start.ArgumentList.Add(server);
        foreach (var argument in (string[])["--bind", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture), "--dir", folder, "--daemonize", "no", .. arguments])
            start.ArgumentList.Add(argument);
        var process = Process.Start(start) ?? throw new IOException($"{server} could not be started.");
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        return new LocalRedis(process, server, folder, port);
    }

    /// <summary>Waits until this very process answers.</summary>
    /// <exception cref="IOException">It ended, or does not answer in time.</exception>
    public async Task WaitUntilReadyAsync(CancellationToken cancellationToken = default)
    {
        var started = Stopwatch.GetTimestamp();
        while (!(await AskAsync(_port, "INFO server", $"process_id:{_process.Id}\r").ConfigureAwait(false)))
        {
            if (_process.HasExited)
                throw new IOException($"{_server} exited with code {_process.ExitCode} at its start. Run it by hand with --dir {_folder} to see why.");
            if (Stopwatch.GetElapsedTime(started) > StartLimit)
                throw new IOException($"{_server} did not answer on 127.0.0.1:{_port} within {StartLimit.TotalSeconds} s.");
            await Task.Delay(10, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether some server answers there. Also an error (a password is asked for, it is loading) is an answer.</summary>
    public static Task<bool> AnswersAsync(int port) => AskAsync(port, "PING", "");

    /// <summary>Whether the answer holds the text.</summary>
    private static async Task<bool> AskAsync(int port, string command, string expected)
    {
        using var client = new TcpClient();
        using var limit = new CancellationTokenSource(AnswerLimit);
        try
        {
            await client.ConnectAsync("127.0.0.1", port, limit.Token).ConfigureAwait(false);
            var stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), limit.Token).ConfigureAwait(false);
            var buffer = new byte[4096];
            var length = 0;
            while (length < buffer.Length && await stream.ReadAsync(buffer.AsMemory(length), limit.Token).ConfigureAwait(false) is > 0 and var read)
            {
                length += read;
                if (Encoding.ASCII.GetString(buffer, 0, length).Contains(expected, StringComparison.Ordinal))
                    return true;
                if (buffer[0] == (byte)'-')
                    return false;
            }

            return false;
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            return false;
        }
    }

    public Task WaitForExitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    /// <summary>SHUTDOWN rather than a signal: it saves what it is to save, on every platform. Null, or why it had to be killed.</summary>
    public async Task<string?> StopAsync()
    {
        if (_process.HasExited)
            return null;
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", _port).ConfigureAwait(false);
            await client.GetStream().WriteAsync("SHUTDOWN\r\n"u8.ToArray()).ConfigureAwait(false);
            using var limit = new CancellationTokenSource(StopLimit);
            await _process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            _process.Kill();
            return e.Message;
        }
    }

    private static string? FindOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? program + ".exe" : program))
            .FirstOrDefault(File.Exists);

    public void Dispose() => _process.Dispose();
}
