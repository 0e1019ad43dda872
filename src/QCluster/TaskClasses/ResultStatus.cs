namespace QCluster.TaskClasses;

/// <summary>Where a task stands, in the words of Celery.</summary>
#pragma warning disable CA1707, IDE1006 // They are words, not names of ours.
public enum ResultStatus
{
    /// <summary>It waits, or runs for the first time.</summary>
    PENDING = 0,

    /// <summary>It has failed, or lost its worker, and is to be tried again.</summary>
    RETRY = 1,

    /// <summary>It has failed for good, or was cancelled.</summary>
    FAILURE = 2,

    /// <summary>It has succeeded.</summary>
    DONE = 3,

    /// <summary>No such task is known, its record has expired, or it succeeded and <c>IgnoreResult</c> was set. Celery says PENDING then.</summary>
    UNKNOWN = 4,
}
#pragma warning restore CA1707, IDE1006
