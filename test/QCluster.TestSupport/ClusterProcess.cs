using System.Diagnostics;
using QCluster.Launching.Clusters;

namespace QCluster.TestSupport;

/// <summary>A real cluster: the built tool, started as its users start it, in a process group of its own.</summary>
public sealed class ClusterProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly StartedCluster _cluster;

    private ClusterProcess(StartedCluster cluster) => _cluster = cluster;

    /// <summary>Pid of the sentinel, and id of the process group.</summary>
    public int ProcessId => _cluster.ProcessId;

    public bool IsRunning => !_cluster.HasExited;

    public string Log => _cluster.Log;

    /// <summary>What went to stdout alone.</summary>
    public string Output => _cluster.Output;

    /// <summary>Starts a cluster with the demo functions and waits until it is ready.</summary>
    public static Task<ClusterProcess> StartAsync(string redis, params string[] arguments) =>
        LaunchAsync([BuiltProgram.Tool, "start", "--redis", redis, "--app", BuiltProgram.Demo, .. arguments], new Dictionary<string, string>(StringComparer.Ordinal));

    /// <summary>Starts any program that hosts a cluster and waits until the cluster is ready.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="environment">Variables that it gets beside those of this process.</param>
    /// <param name="mayDie">A fault kills it at a moment that may come before it is ready: then that is enough.</param>
    public static async Task<ClusterProcess> LaunchAsync(string[] command, IReadOnlyDictionary<string, string> environment, bool mayDie = false)
    {
        // A shell starts what runs in its background with Ctrl-C ignored, and everything below inherits that.
        var start = new ProcessStartInfo("env");
        foreach (var argument in (string[])["--default-signal=INT,QUIT", "setsid", .. command])
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var cluster = new ClusterProcess(StartedCluster.Start(start));
        try
        {
            await cluster._cluster.WaitUntilReadyAsync(StartLimit);
            return cluster;
        }
        catch (IOException) when (mayDie && !cluster.IsRunning)
        {
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The pids of its living children of one role: Pusher, Worker or Monitor.</summary>
    public IReadOnlyList<int> Children(string role) => _cluster.Processes().GetValueOrDefault(role.ToLowerInvariant()) ?? [];

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
            await _cluster.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"The cluster has not ended within {within.TotalSeconds} s. Its log: {Log}", e);
        }

        return _cluster.ExitCode;
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();
}
