namespace QCluster.Queue.Schedules;

/// <summary>The decision about one occurrence, as <c>schedule_fire.lua</c> gets it.</summary>
internal sealed record OccurrenceDecision
{
    public required DateTimeOffset Occurrence { get; init; }

    /// <summary>The next due time, or that there is none.</summary>
    public required string Next { get; init; }

    /// <summary>The same if the occurrence is not fired.</summary>
    public required string NextIfSkipped { get; init; }

    /// <summary>Priority digit and element; empty = the occurrence is skipped.</summary>
    public byte[] Task { get; init; } = [];

    public bool SkipsOverlap { get; init; }

    /// <summary>The task class that a live cluster must have; null = a call added the schedule.</summary>
    public string? NeedsClass { get; init; }

    /// <summary>True for a missed occurrence with later missed ones: they are fired a few at a time.</summary>
    public bool IsBacklog { get; init; }
}
