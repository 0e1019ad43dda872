namespace QCluster.Queue.Schedules;

/// <summary>Schedules of a queue that are due.</summary>
/// <param name="Now">What time it is by the clock of Redis.</param>
/// <param name="Next">When the next one is due after all that are due; null = there is none.</param>
/// <param name="Found">Some that are due, the oldest first.</param>
internal sealed record DueSchedules(DateTimeOffset Now, DateTimeOffset? Next, IReadOnlyList<DueSchedule> Found);
