using System.Diagnostics;
using QCluster.Launching.Servers;

namespace QCluster.TestSupport;

/// <summary>Processes of this machine's PostgreSQL in a temporary folder, which end with the test process, however that ends.</summary>
internal sealed class OwnPostgresServer : PostgresServer
{
    private readonly string _programs = FindPrograms();
    private readonly string _folder = Directory.CreateTempSubdirectory("qcluster-pg-").FullName;
    private Process? _process;
    private ParentWatch? _watch;

    public override int Port { get; } = FreePort.Next();

    private string Data => Path.Combine(_folder, "data");

    public static new async Task<PostgresServer> StartAsync()
    {
        var server = new OwnPostgresServer();
        if (Environment.UserName == "root")
            await RunAsync("chown", User, server._folder);
        var passwordFile = Path.Combine(server._folder, "password");
        await File.WriteAllTextAsync(passwordFile, Password);
        var (file, arguments) = server.AsUser("initdb", "-D", server.Data, "-U", User, "--auth=scram-sha-256", $"--pwfile={passwordFile}", "--no-sync", "-E", "UTF8", "--locale=C");
        await RunAsync(file, arguments);
        await server.StartAgainAsync();
        return server;
    }

    public override async Task StartAgainAsync()
    {
        var (file, arguments) = AsUser("postgres", "-D", Data, "-p", $"{Port}", "-k", _folder, "-h", "127.0.0.1", "-c", "fsync=off");
        _process = Process.Start(Quiet(file, arguments))!;
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _watch = ParentWatch.Over(_process.Id);
        await WaitUntilReadyAsync();
    }

    /// <summary>Fast shutdown.</summary>
    public override async Task StopAsync()
    {
        if (_watch is { } watch)
        {
            _watch = null;
            await watch.DisposeAsync();
        }

        if (_process is not { HasExited: false })
            return;
        Signals.Send(_process.Id, Signal.Interrupt);
        using var limit = new CancellationTokenSource(Limit);
        await _process.WaitForExitAsync(limit.Token);
    }

    private static string FindPrograms() =>
        Directory.Exists("/usr/lib/postgresql")
            ? Path.Combine(Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Last(), "bin")
            : throw new InvalidOperationException("PostgreSQL is not installed. tools/test.sh installs it, or set QCLUSTER_TEST_CONTAINERS=1 to test with containers.");

    /// <summary>The server refuses to run as root.</summary>
    private (string File, string[] Arguments) AsUser(string program, params string[] arguments)
    {
        var path = Path.Combine(_programs, program);
        return Environment.UserName == "root" ? ("setpriv", ["--reuid", User, "--regid", User, "--clear-groups", path, .. arguments]) : (path, arguments);
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

    private static ProcessStartInfo Quiet(string file, string[] arguments)
    {
        // Not the folder of the tests: another user may not enter it.
        var start = new ProcessStartInfo(file) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return start;
    }

    public override async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
