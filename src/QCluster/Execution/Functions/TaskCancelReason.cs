namespace QCluster;

/// <summary>Why a running task was asked to stop: see <see cref="TaskContext.CancelReason"/>.</summary>
public enum TaskCancelReason
{
    /// <summary>It was not asked to stop.</summary>
    None = 0,

    /// <summary>Somebody cancelled the task. It ends as cancelled.</summary>
    User = 1,

    /// <summary>The task ran longer than its time-out. It ends as failed; its process is killed if it goes on past the grace.</summary>
    Timeout = 2,

    /// <summary>The worker is stopping. The task is run again elsewhere unless it finishes in time.</summary>
    Shutdown = 3,

    /// <summary>The worker is no longer the task's owner: it was taken for dead. Whatever the task returns is refused.</summary>
    LeaseLost = 4,
}
