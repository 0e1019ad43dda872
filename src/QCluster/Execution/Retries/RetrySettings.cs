namespace QCluster.Execution.Retries;

/// <summary>The settings of a cluster, or of a client that runs tasks itself, for calls and functions without their own.</summary>
internal sealed record RetrySettings(int MaxAttempts, TimeSpan Backoff, TimeSpan BackoffMax)
{
    public static RetrySettings Default { get; } = new(1, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
}
