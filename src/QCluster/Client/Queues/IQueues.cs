namespace QCluster;

/// <summary>The queues of a cluster's name: their sizes, and pausing, purging and removing them.</summary>
public interface IQueues
{
    /// <summary>Returns the names of the queues that were used and have not been removed since.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<string>> List(CancellationToken cancellationToken = default);

    /// <summary>Returns the sizes and counters of one queue.</summary>
    /// <param name="queue">The queue; null = the one of the settings.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<QueueSizes> Sizes(string? queue = null, CancellationToken cancellationToken = default);

    /// <summary>Returns the counters of a queue over the last half hour, every ten seconds while a cluster serves it, the oldest first. Their differences are rates.</summary>
    /// <param name="queue">The queue; null = the one of the settings.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<QueueSample>> History(string? queue = null, CancellationToken cancellationToken = default);

    /// <summary>Pauses a queue: no cluster starts its tasks until <see cref="Resume"/>. Running tasks continue; enqueueing, cancelling and reading work as before.</summary>
    /// <param name="queue">The queue; null = the one of the settings.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False if the queue was already paused.</returns>
    Task<bool> Pause(string? queue = null, CancellationToken cancellationToken = default);

    /// <summary>Resumes a paused queue.</summary>
    /// <param name="queue">The queue; null = the one of the settings.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False if the queue was not paused.</returns>
    Task<bool> Resume(string? queue = null, CancellationToken cancellationToken = default);

    /// <summary>Cancels every waiting or delayed task of a queue. Running tasks continue.</summary>
    /// <param name="queue">The queue; null = the client's own.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The number of cancelled tasks.</returns>
    Task<long> Purge(string? queue = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Removes an unused queue: its name from <see cref="List"/>, its counters, settings and lists of last tasks. Records of its tasks
    /// stay until their time-to-live has passed. Using the queue again creates it again; a client that knew it lists it within a minute.
    /// </summary>
    /// <param name="queue">The queue.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Removed, or the reason why not.</returns>
    Task<QueueRemoval> Remove(string queue, CancellationToken cancellationToken = default);
}
