using System.Diagnostics.CodeAnalysis;
using QCluster.Execution.Records;
using QCluster.Model;

namespace QCluster;

/// <summary>What is known of a task.</summary>
public sealed record TaskRecord
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Where it stands.</summary>
    public required TaskState State { get; init; }

    /// <summary>Its name: the one it was enqueued with, or else four words that are made of its id. Those are only shown: no call finds a task by them.</summary>
    [AllowNull]
    public string Name
    {
        get => field ?? (TaskId.TryParse(Id, out var id) ? TaskNames.Of(id.Value.Value) : "");
        init;
    }

    /// <summary>The function; null while the task waits in its queue or runs, as only its worker knows it then.</summary>
    public string? Func { get; init; }

    /// <summary>The function told of its end, or null.</summary>
    public string? Hook { get; init; }

    /// <summary>Its group, or null.</summary>
    public string? Group { get; init; }

    /// <summary>The arguments by position, as the wire has them.</summary>
    public IReadOnlyList<object?> Args { get; init; } = [];

    /// <summary>The arguments by name.</summary>
    public IReadOnlyDictionary<string, object?> Kwargs { get; init; } = new Dictionary<string, object?>(StringComparer.Ordinal);

    /// <summary>The value of a success; the error text of a failure; else null.</summary>
    public object? Result { get; init; }

    /// <summary>When it was enqueued, by the client's clock.</summary>
    public required DateTimeOffset Queued { get; init; }

    /// <summary>When a worker began its last attempt; null when none did.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>When it was over; null while it is not.</summary>
    public DateTimeOffset? Stopped { get; init; }

    /// <summary>When a delayed task is due.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>How many tasks of its priority stand before it; null when it does not wait.</summary>
    public long? Ahead { get; init; }

    /// <summary>Whether it succeeded; null while it is not finished.</summary>
    public bool? Success => State switch
    {
        TaskState.Succeeded => true,
        TaskState.Failed or TaskState.Cancelled => false,
        _ => null,
    };

    /// <summary>The number of its last attempt, from 1; 0 when it was never begun.</summary>
    public int Attempt { get; init; }

    /// <summary>
    /// Every attempt that is over, the oldest first: those that failed and were followed by another one, those that lost their worker, and,
    /// of a finished task, the last. Of very many the oldest are left out.
    /// </summary>
    public IReadOnlyList<TaskAttempt> Attempts { get; init; } = [];

    /// <summary>The schedule that it comes from, or null.</summary>
    public string? Schedule { get; init; }

    /// <summary>The due time of its schedule that it stands for, or null.</summary>
    public DateTimeOffset? ScheduledFor { get; init; }

    /// <summary>Whether a rate or concurrency limit keeps it back now.</summary>
    public bool IsLimited { get; init; }

    /// <summary>What went wrong, or null; of an unfinished task, with its last attempt.</summary>
    public TaskError? Error { get; init; }

    /// <summary>
    /// Why its record cannot be read here (damaged, too large, signed with another secret), or null. Then only id, state, the time of its
    /// enqueueing and perhaps name, function and group are known, and <see cref="Error"/> and <see cref="Result"/> say the same. Lists have such
    /// records, so that one does not hide the others; who asks for one alone gets an exception.
    /// </summary>
    public string? Unreadable { get; init; }

    /// <summary>The cluster that ran it, or has it.</summary>
    public string? Cluster { get; init; }

    /// <summary>The worker that ran it, or has it.</summary>
    public string? Worker { get; init; }

    /// <summary>How long it ran, in seconds: <see cref="Stopped"/> - <see cref="Started"/>. Null when it did not run or still does.</summary>
    public double? TimeTaken() => Stopped is { } stopped && Started is { } started ? (stopped - started).TotalSeconds : null;
}
