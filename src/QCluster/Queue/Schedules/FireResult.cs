namespace QCluster.Queue.Schedules;

/// <summary>The reply of <c>schedule_fire.lua</c> about an occurrence.</summary>
internal enum FireResult
{
    /// <summary>Another monitor fired the occurrence, or the schedule has changed.</summary>
    Gone = 0,
    Fired = 1,

    /// <summary>The occurrence was skipped.</summary>
    Skipped = 2,

    /// <summary>No live cluster has the schedule's class: it is suspended.</summary>
    Rests = 3,

    /// <summary>
    /// Too many missed occurrences were fired and have not ended; or a starting cluster has not announced yet whether it has the
    /// schedule's class.
    /// </summary>
    NotYet = 4,
}
