using QCluster.Model;


namespace QCluster.Queue;

/// <summary>
/// What a client needs of Redis. Every member is bounded in time, safe to repeat, and throws <see cref="BrokerException"/>
/// when Redis cannot answer. In a worker it is reached through the pusher, so that the process has no connection of its own.
/// </summary>
internal interface IBroker : IAsyncDisposable
{
    /// <summary>On return the tasks are in Redis. An id that is there already is not added again.</summary>
    /// <returns>The id of the task that holds the unique key of the one task given; one byte, an <see cref="EnqueueDemand"/>, when what was demanded is not there; else null.</returns>
    Task<byte[]?> EnqueueAsync(EnqueueBatch batch, CancellationToken cancellationToken);

    /// <summary>One look.</summary>
    Task<TaskLookup> LookupAsync(TaskId id, CancellationToken cancellationToken);

    /// <summary>Waits until the task is finished, and at most this long. An unknown id is answered at once.</summary>
    Task<TaskLookup> WaitAsync(TaskId id, TimeSpan wait, CancellationToken cancellationToken);

    /// <param name="id">The task.</param>
    /// <param name="outcome">The signed outcome to save if it can be cancelled at once.</param>
    /// <param name="keep">How long to keep the record.</param>
    /// <param name="cancellationToken">Ends the call, not its effect.</param>
    Task<CancelResult> CancelAsync(TaskId id, byte[] outcome, TimeSpan keep, CancellationToken cancellationToken);

    Task<ScriptReply> RunAsync(ScriptCall call, CancellationToken cancellationToken);

    /// <summary>Runs a script that can wait: its first result says 1 when there is nothing to wait for any more.</summary>
    /// <param name="call">The call, without the channel and the key that are its last arguments.</param>
    /// <param name="key">16 bytes that name what is waited for.</param>
    /// <param name="wait">How long at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<ScriptReply> WaitAsync(ScriptCall call, Guid key, TimeSpan wait, CancellationToken cancellationToken);

    Task<QueueSizes> SizesAsync(string queue, CancellationToken cancellationToken);

    /// <summary>The names of all queues that were ever used under this name.</summary>
    Task<IReadOnlyList<string>> QueuesAsync(CancellationToken cancellationToken);
}
