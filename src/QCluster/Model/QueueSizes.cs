namespace QCluster;

/// <summary>How many tasks of one queue are where, and what has been counted since its first task.</summary>
/// <param name="Queue">The queue's name.</param>
/// <param name="Waiting">Tasks that could run now, all priorities, and those that a limit keeps back.</param>
/// <param name="WaitingByPriority">The same by priority, index 0 to 9.</param>
/// <param name="Delayed">Tasks that wait for their due time.</param>
/// <param name="Running">Tasks handed to workers.</param>
/// <param name="Succeeded">Tasks that ended with a value.</param>
/// <param name="Failed">Tasks that ended with an error.</param>
/// <param name="Cancelled">Tasks that were cancelled.</param>
/// <param name="Refused">Packets that were refused: damaged, oversized, unsigned or altered.</param>
public sealed record QueueSizes(
    string Queue,
    long Waiting,
    IReadOnlyList<long> WaitingByPriority,
    long Delayed,
    long Running,
    long Succeeded,
    long Failed,
    long Cancelled,
    long Refused)
{
    /// <summary>Those of the waiting tasks that are kept back by a rate or concurrency limit.</summary>
    public long Limited { get; init; }

    /// <summary>Attempts that failed and were followed by another one.</summary>
    public long Retried { get; init; }

    /// <summary>Attempts whose worker died, and which were put back.</summary>
    public long Recovered { get; init; }

    /// <summary>Tasks that were given up and wait on the dead list for somebody to look at them.</summary>
    public long Dead { get; init; }

    /// <summary>Since when the queue is paused; null when it is not.</summary>
    public DateTimeOffset? PausedSince { get; init; }

    /// <summary>For how long the oldest waiting task has waited, at least: it is told from what clusters note every two seconds. Null when none waits.</summary>
    public TimeSpan? OldestWaiting { get; init; }

    /// <summary>For how long the first delayed task has been due; zero when none is.</summary>
    public TimeSpan DelayedLag { get; init; }

    /// <summary>For how long the first schedule has been due; zero when none is.</summary>
    public TimeSpan ScheduleLag { get; init; }

    /// <summary>When this was so, by the clock of Redis.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>All tasks that have come to this queue, as far as they are or were counted anywhere: those that are unfinished, and those that have ended.</summary>
    public long Enqueued => Waiting + Delayed + Running + Succeeded + Failed + Cancelled;
}
