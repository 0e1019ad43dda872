namespace QCluster;

/// <summary>The numbers of tasks of one queue by state, and the counters since its first task.</summary>
/// <param name="Queue">The queue's name.</param>
/// <param name="Waiting">Tasks of all priorities that could run now, and those parked by a limit.</param>
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
    /// <summary>The waiting tasks that are parked by a rate or concurrency limit.</summary>
    public long Limited { get; init; }

    /// <summary>The failed attempts that were retried.</summary>
    public long Retried { get; init; }

    /// <summary>The attempts that were reclaimed because their worker died.</summary>
    public long Recovered { get; init; }

    /// <summary>Dead-lettered tasks.</summary>
    public long Dead { get; init; }

    /// <summary>The time at which the queue was paused; null if it is not paused.</summary>
    public DateTimeOffset? PausedSince { get; init; }

    /// <summary>The minimum age of the oldest waiting task, from marks that clusters leave every two seconds. Null if none waits.</summary>
    public TimeSpan? OldestWaiting { get; init; }

    /// <summary>The time for which the first delayed task has been due; zero if none is.</summary>
    public TimeSpan DelayedLag { get; init; }

    /// <summary>The time for which the first schedule has been due; zero if none is.</summary>
    public TimeSpan ScheduleLag { get; init; }

    /// <summary>The time of these figures, by the clock of Redis.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>All counted tasks of this queue: the unfinished ones, and those that have ended.</summary>
    public long Enqueued => Waiting + Delayed + Running + Succeeded + Failed + Cancelled;
}
