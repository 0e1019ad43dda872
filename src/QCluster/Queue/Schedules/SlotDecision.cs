namespace QCluster.Queue.Schedules;

/// <summary>What becomes of a slot, as <c>schedule_fire.lua</c> is told.</summary>
internal sealed record SlotDecision
{
    public required DateTimeOffset Slot { get; init; }

    /// <summary>The next due time, or that there is none.</summary>
    public required string Next { get; init; }

    /// <summary>The same when the slot is not fired after all.</summary>
    public required string NextIfSkipped { get; init; }

    /// <summary>Priority digit and element; empty = it is passed over.</summary>
    public byte[] Task { get; init; } = [];

    public bool SkipsOverlap { get; init; }

    /// <summary>The task class that a live cluster must have; null = it comes from a call.</summary>
    public string? NeedsClass { get; init; }

    /// <summary>It was missed, and others after it were: they are fired a few at a time.</summary>
    public bool IsBacklog { get; init; }
}
