using System.Text;
using Microsoft.Extensions.Logging;
using QCluster.Hosting.Channels;
using QCluster.Hosting.Children;
using QCluster.Hosting.Sentinel.BlackBox;
using QCluster.Hosting.Threading;

namespace QCluster.Hosting.Sentinel;

/// <summary>
/// The processes of a cluster: starts them, replaces those that die or are recycled, kills those that must end. Used by the sentinel's loop
/// alone.
/// </summary>
internal sealed class ChildSet(ClusterOptions options, IChildHost host, StopPlan stop, ILogger logger, TimeProvider time) : IDisposable
{
    private const int MaxProcessWorkers = 1024;
    private static readonly TimeSpan MaxFarewell = TimeSpan.FromSeconds(2);

    private readonly List<ChildProcess> _all = [];
    private readonly RestartPauses _pauses = new(time);
    private bool _hasProcessWorkers;

    public IReadOnlyCollection<ChildProcess> All => _all;

    public IEnumerable<ChildProcess> Workers => _all.Where(c => c.Role == ChildRole.Worker);

    public bool HasWorkers => _all.Exists(c => c.Role == ChildRole.Worker);

    /// <summary>Whether every process was ready at once, some time.</summary>
    public bool WasReady { get; private set; }

    /// <summary>How many processes were replaced after a sudden death.</summary>
    public long Restarts { get; private set; }

    /// <summary>How many processes were replaced as planned.</summary>
    public long Recycles { get; private set; }

    public ChildProcess? WithPid(int pid) => _all.Find(c => c.Pid == pid);

    public bool Contains(ChildProcess child) => _all.Contains(child);

    /// <summary>True once: when the last process has become ready.</summary>
    public bool BecomesReady()
    {
        if (WasReady || !_all.TrueForAll(c => c.IsReady))
            return false;
        return WasReady = true;
    }

    public void Start(ChildRole role, int ordinal) => _all.Add(host.Start(role, ordinal, child => host.Post(() => OnExit(child))));

    public void StartWorkers()
    {
        for (var i = 0; i < options.Workers; i++)
            Start(ChildRole.Worker, i);
        if (options.ProcessWarm || _hasProcessWorkers)
            StartProcessWorkers();
    }

    /// <summary>An isolated task waits: from now on there are workers for such tasks.</summary>
    public void NeedProcessWorkers()
    {
        if (!_hasProcessWorkers && !stop.IsStopping)
            StartProcessWorkers();
    }

    private void StartProcessWorkers()
    {
        _hasProcessWorkers = true;
        for (var i = 0; i < options.ProcessWorkers; i++)
            Start(ChildRole.Worker, options.Workers + i);
    }

    /// <summary>
    /// A process's isolated task waits for others, or goes on. As many run as the settings say, however many wait: other processes step in,
    /// and stay.
    /// </summary>
    public void OnLent(ChildProcess child, bool isLent)
    {
        child.IsLent = isLent;
        if (stop.IsStopping)
            return;
        var isolated = Workers.Where(c => c is { IsIsolated: true, IsDraining: false }).ToArray();
        var wanted = Math.Min(options.ProcessWorkers + isolated.Count(c => c.IsLent), MaxProcessWorkers);
        for (var count = isolated.Length; count < wanted; count++)
            Start(ChildRole.Worker, options.Workers + count);
    }

    public void OnFenced(string incarnation)
    {
        foreach (var worker in _all.Where(c => c.Incarnation == incarnation))
            worker.IsFenced = true;
    }

    /// <summary>Does what the guard demands.</summary>
    public void Apply(ChildProcess child, GuardVerdict verdict)
    {
        switch (verdict.Action)
        {
            case GuardAction.Kill:
                Kill(child, verdict.Kind, verdict.Reason);
                break;
            case GuardAction.Condemn:
                child.Culprit = (verdict.Culprit!.Attempt, verdict.Cancel);
                Condemn(child, verdict.Kind, verdict.Reason);
                break;
            default:
                // Every outcome of a fenced one is refused.
                if (child.IsFenced)
                    child.Control?.Send(FrameType.Cancel, [(byte)TaskCancelReason.LeaseLost]);
                Replace(child, verdict.Reason);
                break;
        }
    }

    /// <summary>The old one finishes what it has, beside its successor.</summary>
    private void Replace(ChildProcess child, string reason)
    {
        SentinelLog.Recycling(logger, child.Role, child.Ordinal, child.Pid, reason);
        Recycles++;
        // In this order: the pusher stops claiming for it before it gives back what it has not begun, or it would be sent the same again.
        Suspend(child);
        child.Drain();
        Start(child.Role, child.Ordinal);
    }

    private void Suspend(ChildProcess worker)
    {
        foreach (var pusher in _all.Where(c => c.Role == ChildRole.Pusher))
            pusher.Control?.Send(FrameType.Suspend, Encoding.UTF8.GetBytes(worker.Incarnation));
    }

    public void Kill(ChildProcess child, string kind, string reason)
    {
        SentinelLog.Killing(logger, child.Role, child.Ordinal, child.Pid, reason);
        ClusterMetrics.Killed(NameOf(child.Role), kind);
        // Before the kill: what the pusher claims for it from here on would only have to be taken back.
        if (child.Role == ChildRole.Worker)
            Suspend(child);
        child.Kill();
    }

    /// <summary>Captures the stacks of its threads, then kills it.</summary>
    private void Condemn(ChildProcess child, string kind, string reason)
    {
        child.IsCondemned = true;
        Suspend(child);
        Background.Watch(LookAndKillAsync(child, kind, reason));
    }

    private async Task LookAndKillAsync(ChildProcess child, string kind, string reason)
    {
        var stacks = await TaskSight.TakeAsync(child).ConfigureAwait(false);
        host.Post(() =>
        {
            child.Stacks = stacks;
            Kill(child, kind, reason);
        });
    }

    private void OnExit(ChildProcess child)
    {
        if (!_all.Remove(child))
            return;
        var how = child.DescribeExit();
        // Before its successor starts: calls to Redis are made one after the other, so its tasks are back in the queue when the successor
        // is registered.
        if (child.Role == ChildRole.Worker)
            host.OnWorkerGone(child, how);
        if (child.Failure is { } failure)
            host.OnCannotWork(failure);
        if (!WasReady && _pauses.CannotStart(child))
        {
            host.OnCannotWork(
                $"The cluster cannot start: {NameOf(child.Role)} {child.Ordinal} ended again and again before it was ready. "
                + $"The last time its process {how}.");
        }

        // A worker that was asked to leave has a successor already; a cluster that stops needs none.
        if (!child.IsDraining && !stop.IsStopping)
            Restart(child, how);
        // The workers still need it: for client calls of their tasks, or for their outcomes.
        else if (stop.IsStopping && child.Role != ChildRole.Worker && HasWorkers)
            Start(child.Role, child.Ordinal);

        child.Dispose();
    }

    private void Restart(ChildProcess dead, string how)
    {
        Restarts++;
        ClusterMetrics.Restarted(NameOf(dead.Role));
        var pause = _pauses.After(dead);
        SentinelLog.ChildDied(logger, dead.Role, dead.Ordinal, dead.Pid, how, pause);
        if (pause == 0)
            Start(dead.Role, dead.Ordinal);
        else
            Background.Watch(StartLaterAsync(dead.Role, dead.Ordinal, pause));
    }

    private async Task StartLaterAsync(ChildRole role, int ordinal, long pause)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(pause), time).ConfigureAwait(false);
        host.Post(() =>
        {
            if (!stop.IsStopping)
                Start(role, ordinal);
        });
    }

    /// <summary>The cluster stops. The monitor goes on: workers leave only when their outcomes are settled.</summary>
    public void Drain()
    {
        foreach (var child in _all.Where(c => c.Role != ChildRole.Monitor))
            child.Drain();
    }

    /// <summary>Has all tasks of all workers cancelled.</summary>
    public void CancelAll(TaskCancelReason reason) => SendToWorkers([(byte)reason]);

    /// <summary>Has one task cancelled; the worker that has it is not known.</summary>
    public void Cancel(byte[] id) => SendToWorkers([(byte)TaskCancelReason.User, .. id]);

    private void SendToWorkers(byte[] cancel)
    {
        foreach (var worker in Workers)
            worker.Control?.Send(FrameType.Cancel, cancel);
    }

    public void KillWorkers(string kind, string reason)
    {
        foreach (var worker in Workers.Where(c => !c.HasExited))
            Kill(worker, kind, reason);
    }

    /// <summary>Ends all workers at once and starts no successors.</summary>
    public void EndWorkers()
    {
        foreach (var worker in Workers.ToArray())
        {
            // Marked first: its exit is then no death, and nothing is started in its stead.
            worker.Drain();
            worker.Kill();
        }
    }

    /// <summary>Ends all processes, and waits until they have ended.</summary>
    public async Task EndAsync()
    {
        EndWorkers();
        foreach (var child in _all.Where(c => c.Role != ChildRole.Worker))
        {
            child.Drain();
            child.LetGo();
        }

        await Task.WhenAny(Task.WhenAll(_all.Select(c => c.Exited)), Task.Delay(MaxFarewell, time)).ConfigureAwait(false);
        foreach (var child in _all)
            child.Kill();
    }

    private static string NameOf(ChildRole role) => role.ToString().ToLowerInvariant();

    public void Dispose()
    {
        foreach (var child in _all)
            child.Dispose();
    }
}
