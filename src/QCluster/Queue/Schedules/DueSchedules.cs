namespace QCluster.Queue.Schedules;

/// <summary>Schedules of a queue that are due.</summary>
/// <param name="Now">The time by the clock of Redis.</param>
/// <param name="Next">The first due time after now; null = none.</param>
/// <param name="Found">Some of the due schedules, oldest first.</param>
internal sealed record DueSchedules(DateTimeOffset Now, DateTimeOffset? Next, IReadOnlyList<DueSchedule> Found);
