namespace QCluster;

/// <summary>
/// Dead-lettered tasks of the client's queue: no attempt remained, or their worker died too often. The
/// newest 10,000 are kept, with their records for at least the cluster's <c>dead_ttl</c>.
/// </summary>
public interface IDeadTasks
{
    /// <summary>Counts the dead-lettered tasks.</summary>
    /// <param name="queue">The queue; null = the client's own.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<long> Count(string? queue = null, CancellationToken cancellationToken = default);

    /// <summary>Returns their records, the newest first. Tasks whose records have expired are omitted.</summary>
    /// <param name="skip">The number to skip.</param>
    /// <param name="limit">The maximum number, 1 to 1,000.</param>
    /// <param name="queue">The queue; null = the client's own.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<TaskRecord>> List(int skip = 0, int limit = 20, string? queue = null, CancellationToken cancellationToken = default);

    /// <summary>Runs a task again, as a new task with the same arguments and options, and removes it from the list.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The id of the new task.</returns>
    /// <exception cref="UnknownTaskException">There is no such task, or its record has expired.</exception>
    Task<string> Retry(string id, CancellationToken cancellationToken = default);

    /// <summary>Runs all of them again.</summary>
    /// <param name="queue">The queue; null = the client's own.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The ids of the new tasks.</returns>
    Task<IReadOnlyList<string>> RetryAll(string? queue = null, CancellationToken cancellationToken = default);

    /// <summary>Removes a task from the list, and its record from Redis.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False if the task was not in the list.</returns>
    Task<bool> Purge(string id, CancellationToken cancellationToken = default);

    /// <summary>Removes all tasks from the list, and their records from Redis.</summary>
    /// <param name="queue">The queue; null = the client's own.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The number of removed tasks.</returns>
    Task<long> PurgeAll(string? queue = null, CancellationToken cancellationToken = default);
}
