namespace QCluster;

/// <summary>The result of a request to remove a queue.</summary>
public enum QueueRemoval
{
    /// <summary>No task was ever enqueued to it, and no cluster has served it.</summary>
    Unknown = 0,

    /// <summary>The queue is removed. If it is used again, it exists again, with new counters.</summary>
    Removed = 1,

    /// <summary>Tasks wait, are delayed, run or are parked by a limit; or are dead-lettered. Nothing was removed.</summary>
    HasTasks = 2,

    /// <summary>A live cluster serves it. Nothing was removed.</summary>
    IsServed = 3,

    /// <summary>The queue has schedules. Nothing was removed.</summary>
    HasSchedules = 4,

    /// <summary>Some of its records have not been moved to the database yet; a cluster that serves it does that. Nothing was removed.</summary>
    AwaitsDatabase = 5,
}
