namespace QCluster.Queue.Schedules;

/// <summary>What <c>schedule_fire.lua</c> says of an occurrence.</summary>
internal enum FireResult
{
    /// <summary>Somebody else had it, or the schedule has changed.</summary>
    Gone = 0,
    Fired = 1,

    /// <summary>It was passed over.</summary>
    Skipped = 2,

    /// <summary>No live cluster has the schedule's class: it is due no more.</summary>
    Rests = 3,

    /// <summary>
    /// Too many missed occurrences were fired already and have not ended; or a cluster that starts has not told yet whether it has the
    /// schedule's class.
    /// </summary>
    NotYet = 4,
}
