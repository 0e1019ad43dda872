using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace QCluster.TaskClasses;

/// <summary>The results of a set of tasks, available or pending. From Celery's <c>TaskSetResult</c>.</summary>
public sealed class TaskSetResult
{
    private static readonly TimeSpan LookAtFailures = TimeSpan.FromSeconds(1);

    private readonly IQClusterClient _client;

    internal TaskSetResult(string taskSetId, IReadOnlyList<string> ids, AsyncResult? callback, IQClusterClient client)
    {
        TaskSetId = taskSetId;
        SubtaskIds = ids;
        Callback = callback;
        _client = client;
        Subtasks = [.. ids.Select(id => new AsyncResult(id, client))];
    }

    /// <summary>The id of the set, which is also the label of a group: <see cref="IQClusterClient.ResultGroup"/> takes it.</summary>
    public string TaskSetId { get; }

    /// <summary>The result of each task, in the order of the calls.</summary>
    public IReadOnlyList<AsyncResult> Subtasks { get; }

    /// <summary>The id of each task, in the order of the calls.</summary>
    public IReadOnlyList<string> SubtaskIds { get; }

    /// <summary>The result of the callback, if there is one. It is known only once all tasks have ended.</summary>
    public AsyncResult? Callback { get; }

    /// <summary>The number of tasks.</summary>
    public int Total => SubtaskIds.Count;

    /// <summary>Returns whether any task has not ended.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<bool> Waiting(CancellationToken cancellationToken = default) => !await Ready(cancellationToken).ConfigureAwait(false);

    /// <summary>Returns whether all tasks have ended.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<bool> Ready(CancellationToken cancellationToken = default) => await _client.CountGroup(TaskSetId, failures: false, cancellationToken).ConfigureAwait(false) >= Total;

    /// <summary>Returns whether all tasks have succeeded.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<bool> Successful(CancellationToken cancellationToken = default) => await CompletedCount(cancellationToken).ConfigureAwait(false) >= Total;

    /// <summary>Returns whether any task has failed, or was cancelled. (In the original this is also true while tasks wait.)</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<bool> Failed(CancellationToken cancellationToken = default) => await _client.CountGroup(TaskSetId, failures: true, cancellationToken).ConfigureAwait(false) > 0;

    /// <summary>Counts the successful tasks.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<long> CompletedCount(CancellationToken cancellationToken = default) =>
        await _client.CountGroup(TaskSetId, failures: false, cancellationToken).ConfigureAwait(false) - await _client.CountGroup(TaskSetId, failures: true, cancellationToken).ConfigureAwait(false);

    /// <summary>Returns the values as the tasks finish.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TaskFailedException">A task did not succeed.</exception>
    public async IAsyncEnumerable<object?> Iterate([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var record in _client.WatchGroup(TaskSetId, Total, cancellationToken).ConfigureAwait(false))
            yield return record.Success == true ? record.Result : throw AsyncResult.Failure(record);
    }

    /// <summary>Returns the values in the order of the calls.</summary>
    /// <param name="timeout">The maximum time to wait. Null: no limit.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TaskFailedException">A task did not succeed: the first one in the order of the calls that is known to have failed, within a second of its failure.</exception>
    /// <exception cref="TimeoutException">The tasks have not all ended in time.</exception>
    public async Task<IReadOnlyList<object?>> Join(TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        [.. (await FinishedAsync(timeout, cancellationToken).ConfigureAwait(false)).Select(r => r.Result)];

    /// <inheritdoc cref="Join(TimeSpan?, CancellationToken)" />
    /// <typeparam name="T">The type of the value.</typeparam>
    public async Task<IReadOnlyList<T>> Join<T>(TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        await FinishedAsync(timeout, cancellationToken).ConfigureAwait(false);
        var values = new T[Total];
        for (var i = 0; i < values.Length; i++)
            values[i] = await _client.Result<T>(SubtaskIds[i], TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        return values;
    }

    private async Task<IReadOnlyList<TaskRecord>> FinishedAsync(TimeSpan? timeout, CancellationToken cancellationToken)
    {
        if (Total == 0)
            return [];
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var left = timeout is { } limit ? limit - clock.Elapsed : LookAtFailures;
            var records = await _client.FetchGroup(TaskSetId, failures: true, left < TimeSpan.Zero ? TimeSpan.Zero : left < LookAtFailures ? left : LookAtFailures, Total, cancellationToken).ConfigureAwait(false);
            if (records is null && await Failed(cancellationToken).ConfigureAwait(false))
                records = await _client.FetchGroup(TaskSetId, failures: true, TimeSpan.Zero, null, cancellationToken).ConfigureAwait(false);
            if (records?.FirstOrDefault(r => r.Success == false) is { } failed)
                throw AsyncResult.Failure(failed);
            if (records?.Count >= Total)
                return records;
            if (records is not null && await Ready(cancellationToken).ConfigureAwait(false))
                throw new UnknownTaskException(TaskSetId);
            if (left <= TimeSpan.Zero)
                throw new TimeoutException($"Of the {Total} tasks of the set {TaskSetId}, {await CompletedCount(cancellationToken).ConfigureAwait(false)} have finished within {timeout!.Value.TotalSeconds:0.###} s.");
        }
    }
}
