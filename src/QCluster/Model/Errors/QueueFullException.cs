namespace QCluster;

/// <summary>
/// The queue has a limit (the setting <c>queue_limit</c> of its clusters), and no room for the tasks of this call. None of them was enqueued. Follow-ups of accepted
/// tasks, such as retries, hooks, steps of chains and occurrences of schedules, are never refused.
/// </summary>
public sealed class QueueFullException : QClusterException
{
    /// <summary>Creates the error.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="length">The number of waiting tasks, delayed ones included.</param>
    /// <param name="limit">The maximum number of waiting tasks.</param>
    /// <param name="count">The number of tasks in the call.</param>
    public QueueFullException(string queue, long length, long limit, int count = 1)
        : base($"The queue '{queue}' has {length} waiting tasks, and its limit is {limit}: {(count == 1 ? "the task was" : $"the {count} tasks of this call were")} not enqueued. Try again later, add workers, or raise queue_limit of the clusters that serve it.")
    {
        Queue = queue;
        Length = length;
        Limit = limit;
    }

    /// <summary>The queue.</summary>
    public string Queue { get; }

    /// <summary>The number of waiting tasks at the time of the call, delayed ones included.</summary>
    public long Length { get; }

    /// <summary>The maximum number of waiting tasks.</summary>
    public long Limit { get; }
}
