namespace QCluster.Queue;

/// <summary>
/// The way of a client's scripts to Redis: a connection, or, in a worker, the pusher. Every member is bounded in time, safe to repeat, and throws
/// <see cref="BrokerException"/> if Redis fails. Only the classes of the scripts (<see cref="ClientScripts"/>) use it.
/// </summary>
internal interface IScriptTransport : IAsyncDisposable
{
    /// <summary>On return the tasks are in Redis. A known id is not added again.</summary>
    /// <returns>The id of the task that holds the unique key of the one given task; or one byte, an <see cref="EnqueueDemand"/> that is not met; else null.</returns>
    Task<byte[]?> EnqueueAsync(EnqueueBatch batch, CancellationToken cancellationToken);

    /// <summary>Runs a script.</summary>
    Task<ScriptReply> RunAsync(ScriptCall call, CancellationToken cancellationToken);

    /// <summary>Runs a script that can wait, until <see cref="QueueScript.IsOver"/> ends the wait.</summary>
    /// <param name="call">The call, without the channel and the key that are its last arguments.</param>
    /// <param name="key">The 16 bytes that identify the wait.</param>
    /// <param name="wait">The maximum time to wait; zero: returns at once.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<ScriptReply> WaitAsync(ScriptCall call, Guid key, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>The names of all queues that were used under this name.</summary>
    Task<IReadOnlyList<string>> QueuesAsync(CancellationToken cancellationToken);
}
