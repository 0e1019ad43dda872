namespace QCluster.Model.Faults;

/// <summary>
/// The points between two effects at which a process can die. docs/failure-model.md describes the consequences; a
/// <see cref="FaultPoint"/> makes them happen. In the order of a task's way.
/// </summary>
internal enum CrashPoint
{
    /// <summary>Client: composed, not sent. Nothing has happened.</summary>
    EnqueueNotSent = 1,

    /// <summary>Client: enqueued, the caller has no reply. The task runs.</summary>
    Enqueued = 2,

    /// <summary>Pusher: workers have room, nothing is claimed yet.</summary>
    ClaimNotSent = 3,

    /// <summary>Pusher: claimed, not handed over. The tasks are in flight for workers that never saw them; a resynchronisation hands them over.</summary>
    Claimed = 4,

    /// <summary>Pusher: a worker's epoch is raised, its missing tasks are not handed over. The worker asks again.</summary>
    Resynchronised = 5,

    /// <summary>Worker: it has the task, which has not started. The task returns without losing an attempt.</summary>
    NotBegun = 6,

    /// <summary>Worker: the task is marked as started. From here on a death counts.</summary>
    Begun = 7,

    /// <summary>Worker: the function has returned, the outcome is not with the monitor. The task runs again.</summary>
    Done = 8,

    /// <summary>Worker: the outcome is with the monitor, and not settled. Acknowledged or refused, never both.</summary>
    OutcomeSent = 9,

    /// <summary>Monitor: it has outcomes and has acknowledged none. Workers send them again.</summary>
    NotAcknowledged = 10,

    /// <summary>Monitor: acknowledged, the worker not notified. The worker sends the outcomes again, and they are duplicates.</summary>
    Acknowledged = 11,

    /// <summary>Monitor: an entry of the outbox is processed, not removed. It is processed again, which changes nothing.</summary>
    OutboxDone = 12,

    /// <summary>Monitor: in the database, still on Redis's list. It is saved again, which changes nothing.</summary>
    Archived = 13,

    /// <summary>Sentinel: a worker is dead and still registered. Its cluster's heartbeat expires, and other clusters reclaim its tasks.</summary>
    WorkerNotFenced = 14,

    /// <summary>Sentinel: the worker is fenced, its tasks are not reclaimed. The mark stays, and the next check for orphans finds it.</summary>
    WorkerFenced = 15,

    /// <summary>Sentinel: the tasks are reclaimed, the worker is not replaced.</summary>
    WorkerReclaimed = 16,

    /// <summary>Sentinel: the heartbeat is sent, its reply not processed. Cancels in it are sent again.</summary>
    HeartbeatSent = 17,

    /// <summary>Monitor: an occurrence of a schedule is due, not fired. Another cluster, or the next monitor, fires it.</summary>
    SlotNotFired = 18,

    /// <summary>Monitor: an occurrence is fired, the scheduler has no reply. It is not fired again, since the due time of the schedule has advanced.</summary>
    SlotFired = 19,
}
