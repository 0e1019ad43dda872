using QCluster.Execution.Retries;

namespace QCluster.Execution.Attempts;

/// <summary>The settings of attempts in one process, for calls and functions without their own.</summary>
internal sealed record ExecutionSettings
{
    /// <summary>The process, as outcomes name it.</summary>
    public required string Worker { get; init; }

    /// <summary>The cluster of the process.</summary>
    public required string Cluster { get; init; }

    /// <summary>The time after which the token of a task is cancelled. Null: no limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Older tasks are refused. Null: no limit.</summary>
    public TimeSpan? MaxAge { get; init; }

    public RetrySettings Retries { get; init; } = RetrySettings.Default;

    /// <summary>The time to keep records of failures, and of successes that are not cached.</summary>
    public TimeSpan ResultTtl { get; init; }

    /// <summary>Keeps uncached successes too.</summary>
    public bool SavesSuccesses { get; init; } = true;

    /// <summary>
    /// True if tasks come from a queue to which they can return unstarted: for the rate limit of their function, or for another cluster that has
    /// their function. False if tasks run for their caller.
    /// </summary>
    public bool HasQueue { get; init; }

    /// <summary>A task that overruns its time limit is killed with its process. False: its token is cancelled, as for a time-out.</summary>
    public bool Kills { get; init; }
}
