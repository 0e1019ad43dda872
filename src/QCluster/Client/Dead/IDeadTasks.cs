namespace QCluster;

/// <summary>
/// The dead list of the client's queue: tasks that were given up, since no attempt was left to them or they lost their worker too often. The
/// newest 10,000, with their records for at least as long as the cluster says (<c>dead_ttl</c>).
/// </summary>
public interface IDeadTasks
{
    /// <summary>How many there are.</summary>
    /// <param name="queue">The queue; null = the client's own.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<long> Count(string? queue = null, CancellationToken cancellationToken = default);

    /// <summary>Their records, the newest first. Those whose records have expired are left out.</summary>
    /// <param name="skip">How many to leave out.</param>
    /// <param name="limit">How many at most, 1 to 1,000.</param>
    /// <param name="queue">The queue; null = the client's own.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<TaskRecord>> List(int skip = 0, int limit = 20, string? queue = null, CancellationToken cancellationToken = default);

    /// <summary>Runs one again, as a new task with the same arguments and options, and takes it off the list.</summary>
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

    /// <summary>Takes one off the list and deletes its record from Redis.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False when it was not there.</returns>
    Task<bool> Purge(string id, CancellationToken cancellationToken = default);

    /// <summary>The same with all of them.</summary>
    /// <param name="queue">The queue; null = the client's own.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>How many there were.</returns>
    Task<long> PurgeAll(string? queue = null, CancellationToken cancellationToken = default);
}
