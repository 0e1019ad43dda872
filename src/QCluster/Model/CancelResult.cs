namespace QCluster;

/// <summary>The result of a request to cancel a task.</summary>
public enum CancelResult
{
    /// <summary>The id is unknown: never enqueued, or its record has expired.</summary>
    Unknown = 0,

    /// <summary>The task had already finished; nothing changed.</summary>
    AlreadyFinished = 1,

    /// <summary>The task was waiting and is now cancelled.</summary>
    Cancelled = 2,

    /// <summary>A worker has the task: its token is cancelled, and after the grace period its process is killed.</summary>
    Requested = 3,
}
