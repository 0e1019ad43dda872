using QCluster.Execution.Records;
using QCluster.Model;

namespace QCluster.Testing;

/// <summary>The result of a task that a <see cref="TaskHarness"/> ran.</summary>
public sealed class TaskRunResult
{
    private readonly RecordDecoder _decoder;

    internal TaskRunResult(RecordDecoder decoder, TaskId id, byte[] raw)
    {
        _decoder = decoder;
        Task = id;
        Raw = raw;
        Record = decoder.Decode(id, raw);
    }

    /// <summary>The task's id.</summary>
    public string Id => Record.Id;

    /// <summary>
    /// <see cref="TaskState.Succeeded"/>, <see cref="TaskState.Failed"/> or <see cref="TaskState.Cancelled"/>; <see cref="TaskState.Delayed"/> if a retry is due and the harness
    /// does not follow retries; <see cref="TaskState.Queued"/> if the task stopped because of <see cref="TaskCancelReason.Shutdown"/>, and would run again elsewhere.
    /// </summary>
    public required TaskState State { get; init; }

    /// <summary>The value in its wire form, as <see cref="IQClusterClient.Result(string, TimeSpan?, CancellationToken)"/> returns it; null without a success.</summary>
    public object? Value => State == TaskState.Succeeded ? Record.Result : null;

    /// <summary>The error of the last attempt; null if it succeeded.</summary>
    public TaskError? Error => Record.Error;

    /// <summary>The number of attempts.</summary>
    public int Attempts => Record.Attempt;

    /// <summary>The failed attempts that were, or would be, followed by a retry, in their order.</summary>
    public required IReadOnlyList<RetryRequest> Retries { get; init; }

    /// <summary>True if the task failed, retries were possible, and none remains: in a cluster it is dead-lettered.</summary>
    public required bool IsGivenUp { get; init; }

    /// <summary>The progress reports of all attempts, in order.</summary>
    public required IReadOnlyList<ProgressReport> Progress { get; init; }

    /// <summary>The tasks it enqueued through its client in all attempts, in order.</summary>
    public required IReadOnlyList<EnqueuedTask> Enqueued { get; init; }

    /// <summary>The record that a hook would get.</summary>
    public TaskRecord Record { get; }

    internal TaskId Task { get; }

    internal byte[] Raw { get; }

    /// <summary>Returns the value as a type, as <see cref="IQClusterClient.Result{T}"/> does.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <exception cref="TaskFailedException">The task did not succeed; carries reason, type, message and stack.</exception>
    /// <exception cref="SerializationException">The value does not fit the type.</exception>
    public T ValueAs<T>() => _decoder.Value<T>(Task, Raw);

    /// <summary>The state, with the error if there is one.</summary>
    public override string ToString() => Error is null ? $"{State}" : $"{State} ({Error.Reason}): {Error.Message}";
}
