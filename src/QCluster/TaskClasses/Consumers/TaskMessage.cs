namespace QCluster.TaskClasses;

/// <summary>A task that a <see cref="TaskConsumer"/> has taken: acknowledge it, or return it.</summary>
public sealed class TaskMessage
{
    private readonly TaskConsumer _consumer;

    internal TaskMessage(TaskConsumer consumer, byte[] attempt, string id, int number, TaskCall call)
    {
        _consumer = consumer;
        Attempt = attempt;
        Id = id;
        AttemptNumber = number;
        Call = call;
    }

    /// <summary>The id of the task.</summary>
    public string Id { get; }

    /// <summary>Function and arguments, in their wire form.</summary>
    public TaskCall Call { get; }

    /// <summary>The number of this attempt, from 1.</summary>
    public int AttemptNumber { get; }

    internal byte[] Attempt { get; }

    internal TimeSpan? ResultTtl { get; init; }

    internal bool IgnoreResult { get; init; }

    internal DateTimeOffset Received { get; } = DateTimeOffset.UtcNow;

    /// <summary>Acknowledges the task as succeeded, with a value.</summary>
    /// <param name="result">The value.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False if another worker has the task meanwhile, since this consumer was declared dead.</returns>
    public Task<bool> Ack(object? result = null, CancellationToken cancellationToken = default) => _consumer.EndAsync(this, result, null, cancellationToken);

    /// <summary>Acknowledges the task as failed.</summary>
    /// <param name="error">The error to record.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False if another worker has the task meanwhile.</returns>
    public Task<bool> Fail(Exception error, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(error);
        return _consumer.EndAsync(this, null, error, cancellationToken);
    }

    /// <summary>Returns the task to the head of its queue, as if it had not been taken.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task Requeue(CancellationToken cancellationToken = default) => _consumer.GiveBackAsync(this, cancellationToken);
}
