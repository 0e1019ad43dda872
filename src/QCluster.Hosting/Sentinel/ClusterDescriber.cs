using System.Text.Json;
using QCluster.Hosting.Channels;
using QCluster.Hosting.Roles;
using QCluster.Info;
using QCluster.Wire;

namespace QCluster.Hosting.Sentinel;

/// <summary>Puts together what a cluster tells of itself.</summary>
internal static class ClusterDescriber
{
    /// <summary>The description as JSON.</summary>
    /// <param name="options">Its settings.</param>
    /// <param name="cluster">Its identity.</param>
    /// <param name="started">When it was started.</param>
    /// <param name="state">Null = whatever its slots say: working or idle.</param>
    /// <param name="restarts">Processes replaced after a sudden death.</param>
    /// <param name="recycles">Processes replaced as planned.</param>
    /// <param name="children">Its processes.</param>
    public static byte[] Describe(ClusterOptions options, string cluster, DateTimeOffset started, string? state, long restarts, long recycles, IReadOnlyCollection<ChildProcess> children)
    {
        var running = children.Where(c => c is { Role: ChildRole.Worker, HasExited: false }).ToDictionary(c => c, c => c.Slots!.Running());
        var busy = running.Values.Sum(tasks => tasks.Count);
        var now = Environment.TickCount64;
        var description = new ClusterDescription
        {
            Cluster = cluster,
            Label = options.Label,
            Host = Environment.MachineName,
            Pid = Environment.ProcessId,
            Started = started,
            State = state ?? (busy > 0 ? "working" : "idle"),
            Queues = options.EffectiveQueues,
            Workers = options.Workers,
            Concurrency = options.Concurrency,
            ReserveNormal = options.ReserveNormal,
            ReserveHigh = options.ReserveHigh,
            ReserveCritical = options.ReserveCritical,
            ProcessWorkers = options.ProcessWorkers,
            At = DateTimeOffset.UtcNow,
            Busy = busy,
            Restarts = restarts,
            Recycles = recycles,
            Processes = [.. children.Select(c => new ProcessDescription(
                c.Role.ToString().ToLowerInvariant(),
                c.Ordinal,
                c.Pid,
                c.IsDraining ? "stopping" : c.IsReady ? "running" : "starting",
                c.Pulse.ResidentBytes,
                c.Pulse.Done,
                running.TryGetValue(c, out var tasks) ? tasks.Count : 0))],
            Running = [.. running.SelectMany(r => r.Value.Select(t => Describe(options, r.Key.Ordinal, t, now)))],
        };
        return JsonSerializer.SerializeToUtf8Bytes(description, InfoJson.Default.ClusterDescription);
    }

    /// <summary>What the slot table says comes from a process that runs user code: it may say anything.</summary>
    public static RunningDescription Describe(ClusterOptions options, int worker, RunningTask task, long now) =>
        new(IdOf(options, task), worker, (now - task.StartedTicks) / 1000.0, double.IsFinite(task.Progress) ? task.Progress : null, task.Message);

    public static Guid GuidOf(RunningTask task) => AttemptKey.FromBytes(task.Attempt).Id;

    public static string IdOf(ClusterOptions options, RunningTask task) =>
        new TaskId(GuidOf(task), options.EffectiveQueues[Math.Clamp(task.Queue, 0, options.EffectiveQueues.Count - 1)]).ToString();
}
