using System.Diagnostics.CodeAnalysis;
using QCluster.Execution.Records;
using QCluster.Model;

namespace QCluster;

/// <summary>The record of a task: all its known properties.</summary>
public sealed record TaskRecord
{
    /// <summary>The id of the task.</summary>
    public required string Id { get; init; }

    /// <summary>The state of the task.</summary>
    public required TaskState State { get; init; }

    /// <summary>The name given at the call, or else four words made from the id. Such words are only for display; calls do not find tasks by them.</summary>
    [AllowNull]
    public string Name
    {
        get => field ?? (TaskId.TryParse(Id, out var id) ? TaskNames.Of(id.Value.Value) : "");
        init;
    }

    /// <summary>The function. Null while the task waits in its queue or runs, since only its worker knows it then.</summary>
    public string? Func { get; init; }

    /// <summary>The hook, or null.</summary>
    public string? Hook { get; init; }

    /// <summary>The group, or null.</summary>
    public string? Group { get; init; }

    /// <summary>The arguments by position, in their wire form.</summary>
    public IReadOnlyList<object?> Args { get; init; } = [];

    /// <summary>The arguments by name.</summary>
    public IReadOnlyDictionary<string, object?> Kwargs { get; init; } = new Dictionary<string, object?>(StringComparer.Ordinal);

    /// <summary>The value of a success; the error text of a failure; else null.</summary>
    public object? Result { get; init; }

    /// <summary>The time of the call, by the client's clock.</summary>
    public required DateTimeOffset Queued { get; init; }

    /// <summary>The start of the last attempt, by the worker's clock; null before the first.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>The end of the task; null until then.</summary>
    public DateTimeOffset? Stopped { get; init; }

    /// <summary>The due time of a delayed task.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>The number of tasks of the same priority ahead of it; null if it does not wait.</summary>
    public long? Ahead { get; init; }

    /// <summary>True for a success, false for a failure or a cancel; null while the task is not finished.</summary>
    public bool? Success => State switch
    {
        TaskState.Succeeded => true,
        TaskState.Failed or TaskState.Cancelled => false,
        _ => null,
    };

    /// <summary>The number of the last attempt, from 1; 0 before the first.</summary>
    public int Attempt { get; init; }

    /// <summary>
    /// All ended attempts, the oldest first: those that failed and were retried, those that lost their worker, and,
    /// for a finished task, the last. If there are very many, the oldest are omitted.
    /// </summary>
    public IReadOnlyList<TaskAttempt> Attempts { get; init; } = [];

    /// <summary>The schedule that enqueued the task, or null.</summary>
    public string? Schedule { get; init; }

    /// <summary>The occurrence of the schedule, as its due time, or null.</summary>
    public DateTimeOffset? ScheduledFor { get; init; }

    /// <summary>True while a rate or concurrency limit parks the task.</summary>
    public bool IsLimited { get; init; }

    /// <summary>The error, or null; for an unfinished task, that of its last attempt.</summary>
    public TaskError? Error { get; init; }

    /// <summary>
    /// The reason why the record cannot be read here (damaged, too large, signed with another secret), or null. Then only id, state, the time of
    /// enqueueing and perhaps name, function and group are known, and <see cref="Error"/> and <see cref="Result"/> have the same reason. Lists contain such
    /// records, so that one does not hide the others; a call for one alone throws.
    /// </summary>
    public string? Unreadable { get; init; }

    /// <summary>The cluster that runs the task, or ran it.</summary>
    public string? Cluster { get; init; }

    /// <summary>The worker that runs the task, or ran it.</summary>
    public string? Worker { get; init; }

    /// <summary>Returns the running time in seconds: <see cref="Stopped"/> - <see cref="Started"/>. Null if the task did not run or still runs.</summary>
    public double? TimeTaken() => Stopped is { } stopped && Started is { } started ? (stopped - started).TotalSeconds : null;
}
