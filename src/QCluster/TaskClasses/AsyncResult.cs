using QCluster.Client;

namespace QCluster.TaskClasses;

/// <summary>The result of a task, available or pending. From Celery's <c>AsyncResult</c>.</summary>
/// <param name="taskId">The id of the task.</param>
/// <param name="client">The client. Null: <see cref="Tasks.Default"/>.</param>
public class AsyncResult(string taskId, IQClusterClient? client = null)
{
    /// <summary>The id of the task.</summary>
    public string TaskId { get; } = taskId ?? throw new ArgumentNullException(nameof(taskId));

    private protected IQClusterClient Client => client ?? DefaultClient.Instance;

    /// <summary>Returns the status of the task.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<ResultStatus> Status(CancellationToken cancellationToken = default) => StatusOf(await Client.Fetch(TaskId, null, cancellationToken).ConfigureAwait(false));

    /// <summary>Returns the value of a task that is <see cref="ResultStatus.DONE"/>; the <see cref="TaskFailedException"/> of one that is <see cref="ResultStatus.FAILURE"/>; else null.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<object?> Result(CancellationToken cancellationToken = default)
    {
        var record = await Client.Fetch(TaskId, null, cancellationToken).ConfigureAwait(false);
        return record?.Success switch
        {
            true => record.Result,
            false => Failure(record),
            null => null,
        };
    }

    /// <summary>Returns whether the task has ended.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<bool> Ready(CancellationToken cancellationToken = default) => await Status(cancellationToken).ConfigureAwait(false) is ResultStatus.DONE or ResultStatus.FAILURE;

    /// <summary>Returns whether the task has succeeded.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<bool> Successful(CancellationToken cancellationToken = default) => await Status(cancellationToken).ConfigureAwait(false) == ResultStatus.DONE;

    /// <summary>Waits for the value.</summary>
    /// <param name="timeout">The maximum time to wait. Null: no limit.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TaskFailedException">The task failed or was cancelled.</exception>
    /// <exception cref="TimeoutException">The task has not ended in time.</exception>
    /// <exception cref="UnknownTaskException">There is no such task, or its record has expired.</exception>
    public Task<object?> Wait(TimeSpan? timeout = null, CancellationToken cancellationToken = default) => GetAs<object?>(timeout, cancellationToken);

    /// <inheritdoc cref="Wait" />
    public Task<object?> Get(TimeSpan? timeout = null, CancellationToken cancellationToken = default) => Wait(timeout, cancellationToken);

    /// <summary>Waits for the value and reads it as a type.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <inheritdoc cref="Wait" />
    public Task<T> GetAs<T>(TimeSpan? timeout = null, CancellationToken cancellationToken = default) => Client.Result<T>(TaskId, timeout, cancellationToken);

    /// <summary>Returns the record of the task; null if it is unknown.</summary>
    /// <param name="wait">The maximum time to wait for its end. Null or zero: returns at once.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<TaskRecord?> Fetch(TimeSpan? wait = null, CancellationToken cancellationToken = default) => Client.Fetch(TaskId, wait, cancellationToken);

    /// <summary>Deletes the record of a finished task.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False if there was none.</returns>
    public Task<bool> Forget(CancellationToken cancellationToken = default) => Client.DeleteCached(TaskId, cancellationToken);

    /// <summary>Cancels the task: a waiting one at once; the token of a running one, and after the cluster's grace period its process is killed.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<CancelResult> Revoke(CancellationToken cancellationToken = default) => Client.Cancel(TaskId, cancellationToken);

    /// <inheritdoc />
    public override string ToString() => TaskId;

    internal static ResultStatus StatusOf(TaskRecord? record) => record switch
    {
        null => ResultStatus.UNKNOWN,
        { Success: true } => ResultStatus.DONE,
        { Success: false } => ResultStatus.FAILURE,
        { Attempts.Count: > 0 } => ResultStatus.RETRY,
        _ => ResultStatus.PENDING,
    };

    internal static TaskFailedException Failure(TaskRecord record) =>
        new(record.Id, record.Func, record.Error ?? new TaskError(FailureReason.Exception, null, "No error was recorded.", null));
}
