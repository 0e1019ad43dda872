namespace QCluster.Client.Results;

/// <summary>How long and how many finished tasks a database keeps; null = without limit.</summary>
internal sealed record Retention(TimeSpan? SuccessAge, long? SuccessCount, TimeSpan? FailureAge, long? FailureCount);
