using QCluster.Hosting.Channels;
using QCluster.Hosting.Children;

namespace QCluster.Hosting.Sentinel;

/// <summary>Judges children by what is heard of them and by what their slot tables say.</summary>
internal sealed class ChildGuard(ClusterOptions options, CancelBook cancels, ClusterDescriber describer)
{
    private const long SilenceMilliseconds = 10_000;
    private const long SilenceAtStartMilliseconds = 60_000;
    private const long StallMilliseconds = 20_000;
    private const long RecycleAgeMilliseconds = 30_000;

    private readonly long _grace = (long)options.Grace.TotalMilliseconds;

    /// <summary>Null when it may go on.</summary>
    public GuardVerdict? Judge(ChildProcess child, long now, bool isStopping)
    {
        if (child.SilentMilliseconds > (child.Control is null ? SilenceAtStartMilliseconds : SilenceMilliseconds))
            return new GuardVerdict(GuardAction.Kill, "silent", $"it sent nothing for {child.SilentMilliseconds / 1000} s");
        if (child.Pulse.StalledMilliseconds > StallMilliseconds)
            return new GuardVerdict(GuardAction.Kill, "stalled", $"it made no progress for {child.Pulse.StalledMilliseconds / 1000} s");
        if (child.Role != ChildRole.Worker || child.IsCondemned)
            return null;
        var running = child.Slots!.Running();
        return running.Select(task => JudgeTask(task, now)).FirstOrDefault(v => v is not null)
            ?? (child.IsDraining || isStopping || !child.IsReady ? null : JudgeWorker(child, running.Count, now));
    }

    private GuardVerdict? JudgeTask(RunningTask task, long now)
    {
        if (task.KillTicks != 0 && now >= task.KillTicks)
            return new GuardVerdict(GuardAction.Condemn, "timeout", $"task {describer.IdOf(task)} exceeded its time-out and the grace period, or its time limit", task, TaskCancelReason.Timeout);
        if (cancels.TryGet(ClusterDescriber.GuidOf(task), out var since) && now >= since + _grace)
            return new GuardVerdict(GuardAction.Condemn, "cancel", $"task {describer.IdOf(task)} was cancelled and did not stop within the grace period", task, TaskCancelReason.User);
        return null;
    }

    private GuardVerdict? JudgeWorker(ChildProcess child, int running, long now)
    {
        if (child.IsFenced)
            return new GuardVerdict(GuardAction.Replace, "fenced", "it was declared dead in Redis");
        var memory = child.Pulse.ResidentBytes >> 20;
        if (options.MaxRss > 0 && child.Pulse.ResidentBytes > options.MaxRss)
        {
            // A task that has its process to itself has no neighbours whose end would have to be waited for.
            return child.IsIsolated && running > 0
                ? new GuardVerdict(GuardAction.Kill, "memory", $"its task uses {memory} MiB of memory, more than max_rss")
                : new GuardVerdict(GuardAction.Replace, "memory", $"it uses {memory} MiB of memory, more than max_rss");
        }

        return options.Recycle > 0 && child.Pulse.Done >= options.Recycle && now - child.StartedTicks > RecycleAgeMilliseconds
            ? new GuardVerdict(GuardAction.Replace, "recycle", $"it has run {child.Pulse.Done} tasks (recycle)")
            : null;
    }
}
