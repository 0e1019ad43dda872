using System.Reflection;
using System.Text.Json;
using QCluster.Hosting.Channels;
using QCluster.Hosting.Children;
using QCluster.Hosting.Threading;
using QCluster.Client.Monitoring;
using QCluster.Model;
using QCluster.Wire.Packets;

namespace QCluster.Hosting.Sentinel;

/// <summary>Puts together what a cluster tells of itself.</summary>
internal sealed class ClusterDescriber(ClusterOptions options, TimeProvider time)
{
    private static readonly string? Version = typeof(ClusterDescriber).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];

    private const long LongMilliseconds = 400;

    private readonly CpuMeter _cpu = new();
    private HashSet<(string Worker, int Slot, long Started)> _told = [];
    private readonly DateTimeOffset _started = time.GetUtcNow();

    /// <summary>What is told with a heartbeat.</summary>
    /// <param name="cluster">Its identity.</param>
    /// <param name="state">Null = whatever its slots say: working or idle.</param>
    /// <param name="restarts">Processes replaced after a sudden death.</param>
    /// <param name="recycles">Processes replaced as planned.</param>
    /// <param name="children">Its processes.</param>
    public ClusterReport Describe(string cluster, string? state, long restarts, long recycles, IReadOnlyCollection<ChildProcess> children)
    {
        var running = children.Where(c => c is { Role: ChildRole.Worker, HasExited: false }).ToDictionary(c => c, c => c.Slots!.Running());
        var busy = running.Values.Sum(tasks => tasks.Count);
        _told = [.. running.SelectMany(r => r.Value.Select(t => (r.Key.Incarnation, t.Slot, t.StartedTicks)))];
        var now = time.Ticks();
        var memory = HostMemory.Read();
        ProcessDescription[] processes = [Itself(now), .. children.Select(c => Describe(c, running.TryGetValue(c, out var tasks) ? tasks.Count : 0, now))];
        _cpu.Keep(processes.Select(p => p.Pid).ToHashSet());
        var description = new ClusterDescription
        {
            Cluster = cluster,
            Label = options.Label,
            Host = Environment.MachineName,
            Pid = Environment.ProcessId,
            Started = _started,
            State = state ?? (busy > 0 ? "working" : "idle"),
            Queues = options.EffectiveQueues,
            Workers = options.Workers,
            Concurrency = options.Concurrency,
            ReserveNormal = options.ReserveNormal,
            ReserveHigh = options.ReserveHigh,
            ReserveCritical = options.ReserveCritical,
            ProcessWorkers = options.ProcessWorkers,
            At = time.GetUtcNow(),
            Busy = busy,
            Ready = (int)children.Sum(c => c.Pulse.Ready),
            Results = (int)children.Sum(c => c.Pulse.Results),
            Restarts = restarts,
            Recycles = recycles,
            CpuPercent = processes.Sum(p => p.CpuPercent),
            Processors = Environment.ProcessorCount,
            HostBytes = memory.TotalBytes,
            HostAvailableBytes = memory.AvailableBytes,
            Version = Version,
            Processes = processes,
        };
        return new ClusterReport(
            JsonSerializer.SerializeToUtf8Bytes(description, InfoJson.Default.ClusterDescription),
            [.. Enumerable.Range(0, options.EffectiveQueues.Count).Select(queue => RunningOf(queue, running, now))],
            busy);
    }

    /// <summary>Whether a task has been running for a while and was not told of yet. Of those that are soon over nobody need hear.</summary>
    public bool HasNews(IReadOnlyCollection<ChildProcess> children, long now) =>
        children.Any(c => c is { Role: ChildRole.Worker, HasExited: false } &&
            c.Slots!.Running().Any(t => now - t.StartedTicks >= LongMilliseconds && !_told.Contains((c.Incarnation, t.Slot, t.StartedTicks))));

    private ProcessDescription Itself(long now) => new(
        "sentinel",
        0,
        Environment.ProcessId,
        "running",
        Environment.WorkingSet,
        0,
        0,
        _cpu.Percent(Environment.ProcessId, now, (long)Environment.CpuUsage.TotalTime.TotalMilliseconds));

    private ProcessDescription Describe(ChildProcess child, int busy, long now) => new(
        child.Role.ToString().ToLowerInvariant(),
        child.Ordinal,
        child.Pid,
        child.IsDraining ? "stopping" : child.IsReady ? "running" : "starting",
        child.Pulse.ResidentBytes,
        child.Pulse.Done,
        busy,
        _cpu.Percent(child.Pid, now, child.Pulse.CpuMilliseconds))
    {
        PinnedTo = child.PinnedTo,
    };

    /// <summary>What the slot tables say comes from processes that run user code: it may say anything.</summary>
    private byte[] RunningOf(int queue, IReadOnlyDictionary<ChildProcess, IReadOnlyList<RunningTask>> running, long now)
    {
        RunningDescription[] tasks = [.. running.SelectMany(r => r.Value.Where(t => QueueOf(t) == queue).Select(t => Describe(r.Key.Ordinal, t, now)))];
        return tasks.Length == 0 ? [] : JsonSerializer.SerializeToUtf8Bytes(tasks, InfoJson.Default.IReadOnlyListRunningDescription);
    }

    public RunningDescription Describe(int worker, RunningTask task, long now)
    {
        var end = task.DeadlineTicks != 0 ? task.DeadlineTicks : task.KillTicks;
        return new RunningDescription(
            IdOf(task),
            worker,
            Math.Round((now - task.StartedTicks) / 1000.0, 3),
            double.IsFinite(task.Progress) ? Math.Round(task.Progress, 4) : null,
            task.Message,
            task.Func,
            end == 0 ? null : Math.Round((end - now) / 1000.0, 3));
    }

    public static Guid GuidOf(RunningTask task) => AttemptKey.FromBytes(task.Attempt).Id;

    public string IdOf(RunningTask task) => new TaskId(GuidOf(task), options.EffectiveQueues[QueueOf(task)]).ToString();

    private int QueueOf(RunningTask task) => Math.Clamp(task.Queue, 0, options.EffectiveQueues.Count - 1);
}
