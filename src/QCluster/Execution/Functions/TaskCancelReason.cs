namespace QCluster;

/// <summary>The reason of a cancelled token: see <see cref="TaskContext.CancelReason"/>.</summary>
public enum TaskCancelReason
{
    /// <summary>No cancel was requested.</summary>
    None = 0,

    /// <summary>A user cancelled the task. It ends as cancelled.</summary>
    User = 1,

    /// <summary>The task ran longer than its time-out. It ends as failed; its process is killed if it still runs after the grace period.</summary>
    Timeout = 2,

    /// <summary>The worker is stopping. The task runs again elsewhere unless it finishes in time.</summary>
    Shutdown = 3,

    /// <summary>The worker does not own the task any more, since it was declared dead. Any outcome of the task is refused.</summary>
    LeaseLost = 4,
}
