namespace QCluster.TaskClasses;

/// <summary>The result of a task with a type that the compiler knows.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
/// <param name="taskId">The id of the task.</param>
/// <param name="client">The client. Null: <see cref="Tasks.Default"/>.</param>
public sealed class AsyncResult<T>(string taskId, IQClusterClient? client = null) : AsyncResult(taskId, client)
{
    /// <inheritdoc cref="AsyncResult.Wait" />
    public new Task<T> Wait(TimeSpan? timeout = null, CancellationToken cancellationToken = default) => GetAs<T>(timeout, cancellationToken);

    /// <inheritdoc cref="AsyncResult.Wait" />
    public new Task<T> Get(TimeSpan? timeout = null, CancellationToken cancellationToken = default) => GetAs<T>(timeout, cancellationToken);
}
