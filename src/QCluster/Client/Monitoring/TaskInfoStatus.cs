namespace QCluster;

/// <summary>atasker's states of a task.</summary>
public enum TaskInfoStatus
{
    /// <summary>The task was cancelled.</summary>
    Canceled = -1,

    /// <summary>The task waits.</summary>
    Queued = 0,

    /// <summary>A worker has the task.</summary>
    Started = 1,
}
