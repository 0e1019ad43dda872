namespace QCluster;

/// <summary>Some of the finished tasks that a query finds.</summary>
/// <param name="Tasks">The records, in the order asked for.</param>
/// <param name="Next">What to give as <see cref="TaskQuery.After"/> for the next page; null when this is the last.</param>
public sealed record TaskPage(IReadOnlyList<TaskRecord> Tasks, string? Next);
