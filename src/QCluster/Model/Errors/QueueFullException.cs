namespace QCluster;

/// <summary>
/// The queue has a limit (the setting <c>queue_limit</c> of its clusters), and no room for the tasks of this call. Nothing of it was enqueued. What follows from accepted
/// tasks, such as retries, hooks, steps of chains and occurrences of schedules, is never refused.
/// </summary>
public sealed class QueueFullException : QClusterException
{
    /// <summary>Creates the error.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="length">How many tasks wait in it, delayed ones included.</param>
    /// <param name="limit">How many may wait.</param>
    /// <param name="count">How many the call would add.</param>
    public QueueFullException(string queue, long length, long limit, int count = 1)
        : base($"The queue '{queue}' has {length} waiting tasks, and its limit is {limit}: {(count == 1 ? "the task was" : $"the {count} tasks of this call were")} not enqueued. Try again later, add workers, or raise queue_limit of the clusters that serve it.")
    {
        Queue = queue;
        Length = length;
        Limit = limit;
    }

    /// <summary>The queue.</summary>
    public string Queue { get; }

    /// <summary>How many tasks waited in it, delayed ones included.</summary>
    public long Length { get; }

    /// <summary>How many may wait.</summary>
    public long Limit { get; }
}
