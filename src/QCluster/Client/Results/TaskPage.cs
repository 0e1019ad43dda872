namespace QCluster;

/// <summary>A page of the finished tasks that a query finds.</summary>
/// <param name="Tasks">The records, in the requested order.</param>
/// <param name="Next">The value of <see cref="TaskQuery.After"/> for the next page; null on the last page.</param>
public sealed record TaskPage(IReadOnlyList<TaskRecord> Tasks, string? Next);
