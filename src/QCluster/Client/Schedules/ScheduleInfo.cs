using QCluster.TaskClasses;

namespace QCluster;

/// <summary>A schedule and its state.</summary>
public sealed record ScheduleInfo
{
    /// <summary>The name of the schedule.</summary>
    public required string Name { get; init; }

    /// <summary>The queue of the schedule and of its tasks.</summary>
    public required string Queue { get; init; }

    /// <summary>The schedule; null if its definition cannot be read here: see <see cref="Problem"/>.</summary>
    public Schedule? Schedule { get; init; }

    /// <summary>The next due time; null if the schedule is paused, has ended or is suspended (see <see cref="Problem"/>).</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>The number of fired occurrences.</summary>
    public long Runs { get; init; }

    /// <summary>The number of occurrences skipped because the previous task had not ended.</summary>
    public long Skipped { get; init; }

    /// <summary>The due time of the last fired occurrence.</summary>
    public DateTimeOffset? LastSlot { get; init; }

    /// <summary>The task of the last fired occurrence.</summary>
    public string? LastTask { get; init; }

    /// <summary>True while the schedule is paused.</summary>
    public bool IsPaused { get; init; }

    /// <summary>True if a <see cref="PeriodicTask"/> added the schedule, false if a call did.</summary>
    public bool IsPeriodicTask { get; init; }

    /// <summary>The problem, or null: the schedule cannot be read here, no cluster that could read it has fired it in time, or no running cluster has its class.</summary>
    public string? Problem { get; init; }
}
