namespace QCluster.Tool.Torture;

/// <param name="IsEnd">It came to its end; else it began.</param>
/// <param name="Attempt">Which attempt.</param>
/// <param name="Ticks">The machine's monotonic clock.</param>
/// <param name="UnixMilliseconds">The time of day.</param>
internal readonly record struct JournalEntry(bool IsEnd, int Attempt, long Ticks, long UnixMilliseconds);
