namespace QCluster.TaskClasses;

/// <summary>Sends tasks to one queue over a separate connection. From Celery's <c>TaskPublisher</c>. Dispose it.</summary>
public sealed class TaskPublisher : IAsyncDisposable
{
    private readonly QClusterClient _client;

    internal TaskPublisher(QClusterClient client, string queue)
    {
        _client = client;
        Queue = queue;
    }

    /// <summary>The queue of the publisher.</summary>
    public string Queue { get; }

    /// <summary>Sends one task.</summary>
    /// <param name="call">Function and arguments.</param>
    /// <param name="options">The options of the task. Its queue is that of the publisher.</param>
    /// <param name="cancellationToken">Ends the call. The task may have been enqueued.</param>
    public async Task<AsyncResult> DelayTask(TaskCall call, TaskOptions? options = null, CancellationToken cancellationToken = default) =>
        new(await _client.Async(call, (options ?? new TaskOptions()) with { Queue = Queue }, cancellationToken).ConfigureAwait(false), _client);

    /// <summary>Sends many tasks at once.</summary>
    /// <param name="calls">Functions and arguments.</param>
    /// <param name="options">The options of each task. Their queue is that of the publisher.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The ids, in the order of the calls.</returns>
    public Task<IReadOnlyList<string>> DelayTasks(IEnumerable<TaskCall> calls, TaskOptions? options = null, CancellationToken cancellationToken = default) =>
        _client.AsyncBulk(calls, (options ?? new TaskOptions()) with { Queue = Queue }, cancellationToken);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _client.DisposeAsync();
}
