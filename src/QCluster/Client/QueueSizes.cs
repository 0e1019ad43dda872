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
}
