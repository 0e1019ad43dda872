namespace QCluster.Client.Results;

/// <summary>The time and number of finished tasks that a database keeps; null = no limit.</summary>
internal sealed record Retention(TimeSpan? SuccessAge, long? SuccessCount, TimeSpan? FailureAge, long? FailureCount);
