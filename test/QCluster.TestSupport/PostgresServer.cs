using System.Diagnostics;

namespace QCluster.TestSupport;

/// <summary>A real PostgreSQL server of our own in a temporary folder, on a free port. A watcher kills it when the test process ends in whatever way.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string User = "postgres";
    private const string Password = "secret-of-the-test";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly string Programs = FindPrograms();

    private readonly string _folder = Directory.CreateTempSubdirectory("qcluster-pg-").FullName;
    private Process? _process;
    private Process? _watcher;

    public int Port { get; } = FreePort.Next();

    public string Connection => $"postgres://{User}:{Password}@127.0.0.1:{Port}/postgres";

    public static async Task<PostgresServer> StartAsync()
    {
        var server = new PostgresServer();
        if (Environment.UserName == "root")
            await RunAsync("chown", User, server._folder);
        var passwordFile = Path.Combine(server._folder, "password");
        await File.WriteAllTextAsync(passwordFile, Password);
        await RunAsUserAsync("initdb", "-D", server.Data, "-U", User, "--auth=scram-sha-256", $"--pwfile={passwordFile}", "--no-sync", "-E", "UTF8", "--locale=C");
        await server.StartAgainAsync();
        return server;
    }

    public async Task StartAgainAsync()
    {
        var (file, arguments) = AsUser("postgres", "-D", Data, "-p", $"{Port}", "-k", _folder, "-h", "127.0.0.1", "-c", "fsync=off");
        _process = Process.Start(Quiet(file, arguments))!;
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _watcher = Process.Start(Quiet("sh", ["-c", $"while kill -0 {Environment.ProcessId} 2>/dev/null; do sleep 1; done; kill -9 {_process.Id} 2>/dev/null"]));
        await Eventually.IsTrue(async () => await TryRunAsync("pg_isready", "-h", "127.0.0.1", "-p", $"{Port}", "-q"), Limit);
    }

    /// <summary>Fast shutdown: connections are cut.</summary>
    public async Task StopAsync()
    {
        if (_process is not { HasExited: false })
            return;
        Signals.Send(_process.Id, Signal.Interrupt);
        using var limit = new CancellationTokenSource(Limit);
        await _process.WaitForExitAsync(limit.Token);
        Kill(_watcher);
    }

    /// <summary>Runs SQL and returns what psql prints of the result.</summary>
    public async Task<string> QueryAsync(string sql)
    {
        var (file, arguments) = AsUser("psql", "-h", "127.0.0.1", "-p", $"{Port}", "-U", User, "-At", "-c", sql);
        var start = Quiet(file, arguments);
        start.Environment["PGPASSWORD"] = Password;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException($"psql: {await error}");
    }

    private string Data => Path.Combine(_folder, "data");

    private static string FindPrograms() =>
        Directory.Exists("/usr/lib/postgresql")
            ? Path.Combine(Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Last(), "bin")
            : throw new InvalidOperationException("PostgreSQL is not installed: tools/test.sh installs it.");

    /// <summary>The server refuses to run as root.</summary>
    private static (string File, string[] Arguments) AsUser(string program, params string[] arguments)
    {
        var path = Path.Combine(Programs, program);
        return Environment.UserName == "root" ? ("setpriv", ["--reuid", User, "--regid", User, "--clear-groups", path, .. arguments]) : (path, arguments);
    }

    private static Task RunAsUserAsync(string program, params string[] arguments)
    {
        var (file, all) = AsUser(program, arguments);
        return RunAsync(file, all);
    }

    private static async Task RunAsync(string file, params string[] arguments)
    {
        using var process = Process.Start(Quiet(file, arguments))!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{file} {string.Join(' ', arguments)}: {await output} {error}");
    }

    private static async Task<bool> TryRunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(Quiet(Path.Combine(Programs, program), arguments))!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }

    private static ProcessStartInfo Quiet(string file, string[] arguments)
    {
        // Not the folder of the tests: another user may not enter it.
        var start = new ProcessStartInfo(file) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return start;
    }

    private static void Kill(Process? process)
    {
        if (process is { HasExited: false })
            process.Kill();
        process?.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
