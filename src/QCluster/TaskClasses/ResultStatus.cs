namespace QCluster.TaskClasses;

/// <summary>The state of a task, in the words of Celery.</summary>
#pragma warning disable CA1707, IDE1006 // They are words, not names of ours.
public enum ResultStatus
{
    /// <summary>The task waits, or runs for the first time.</summary>
    PENDING = 0,

    /// <summary>The task has failed, or lost its worker, and a retry follows.</summary>
    RETRY = 1,

    /// <summary>The task has finally failed, or was cancelled.</summary>
    FAILURE = 2,

    /// <summary>The task has succeeded.</summary>
    DONE = 3,

    /// <summary>The task is unknown, its record has expired, or it succeeded with <c>IgnoreResult</c>. Celery says PENDING then.</summary>
    UNKNOWN = 4,
}
#pragma warning restore CA1707, IDE1006
