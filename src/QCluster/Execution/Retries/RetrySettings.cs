namespace QCluster.Execution.Retries;

/// <summary>What a cluster, or a client that runs tasks itself, does where neither call nor function say anything.</summary>
internal sealed record RetrySettings(int MaxAttempts, TimeSpan Backoff, TimeSpan BackoffMax)
{
    public static RetrySettings Default { get; } = new(1, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
}
