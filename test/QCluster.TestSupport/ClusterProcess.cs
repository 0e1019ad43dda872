using System.Diagnostics;
using System.Text;

namespace QCluster.TestSupport;

/// <summary>A real cluster: the built tool, started as its users start it, in a process group of its own.</summary>
public sealed class ClusterProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ClusterProcess(Process process) => _process = process;

    /// <summary>Pid of the sentinel, and id of the process group.</summary>
    public int ProcessId => _process.Id;

    public bool IsRunning => !_process.HasExited;

    public string Log
    {
        get
        {
            lock (_log)
                return _log.ToString();
        }
    }

    /// <summary>What went to stdout alone.</summary>
    public string Output
    {
        get
        {
            lock (_log)
                return _output.ToString();
        }
    }

    /// <summary>Starts a cluster with the demo functions and waits until it is ready.</summary>
    public static Task<ClusterProcess> StartAsync(string redis, params string[] arguments) =>
        LaunchAsync([BuiltProgram.Tool, "start", "--redis", redis, "--app", BuiltProgram.Demo, .. arguments], new Dictionary<string, string>(StringComparer.Ordinal));

    /// <summary>Starts any program that hosts a cluster and waits until the cluster is ready.</summary>
    public static async Task<ClusterProcess> LaunchAsync(string[] command, IReadOnlyDictionary<string, string> environment)
    {
        // A shell starts what runs in its background with Ctrl-C ignored, and everything below inherits that.
        var start = new ProcessStartInfo("env") { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])["--default-signal=INT,QUIT", "setsid", .. command])
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var cluster = new ClusterProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        cluster._process.Exited += (_, _) => cluster._ready.TrySetException(new InvalidOperationException("The cluster ended before it was ready. Its log: " + cluster.Log));
        cluster._process.Start();
        cluster._process.ErrorDataReceived += (_, e) => cluster.OnLine(e.Data, isOutput: false);
        cluster._process.OutputDataReceived += (_, e) => cluster.OnLine(e.Data, isOutput: true);
        cluster._process.BeginErrorReadLine();
        cluster._process.BeginOutputReadLine();
        try
        {
            await cluster._ready.Task.WaitAsync(StartLimit);
        }
        catch (TimeoutException e)
        {
            throw new InvalidOperationException("The cluster was not ready in time. Its log: " + cluster.Log, e);
        }

        return cluster;
    }

    private void OnLine(string? line, bool isOutput)
    {
        if (line is null)
            return;
        lock (_log)
        {
            _log.AppendLine(line);
            if (isOutput)
                _output.AppendLine(line);
        }

        if (line.Contains("is ready", StringComparison.Ordinal))
            _ready.TrySetResult();
    }

    /// <summary>The pids of its living children of one role: Pusher, Worker or Monitor.</summary>
    public IReadOnlyList<int> Children(string role)
    {
        var found = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var pid))
                continue;
            try
            {
                var status = File.ReadAllText(Path.Combine(folder, "stat"));
                var fields = status[(status.LastIndexOf(')') + 2)..].Split(' ');
                if (fields[1] == $"{ProcessId}" && fields[0] != "Z" && File.ReadAllText(Path.Combine(folder, "environ")).Contains($"QCLUSTER_CHILD={role};", StringComparison.Ordinal))
                    found.Add(pid);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended while it was looked at.
            }
        }

        return found;
    }

    /// <summary>Kills one child of a role with SIGKILL; false when none lives just now.</summary>
    public bool KillOne(string role)
    {
        var children = Children(role);
        return children.Count > 0 && Signals.TrySend(children[0], Signal.Kill);
    }

    public void Send(Signal signal) => Signals.Send(ProcessId, signal);

    /// <summary>As a terminal or a service manager does it.</summary>
    public void SendToGroup(Signal signal) => Signals.SendToGroup(ProcessId, signal);

    public async Task<int> WaitForExitAsync(TimeSpan within)
    {
        using var limit = new CancellationTokenSource(within);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"The cluster has not ended within {within.TotalSeconds} s. Its log: {Log}", e);
        }

        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            foreach (var role in new[] { "Pusher", "Worker", "Monitor" })
            {
                foreach (var child in Children(role))
                    Signals.TrySend(child, Signal.Kill);
            }

            Signals.TrySend(ProcessId, Signal.Kill);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }
}
