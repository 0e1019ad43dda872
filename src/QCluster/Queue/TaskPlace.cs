namespace QCluster.Queue;

internal enum TaskPlace
{
    /// <summary>Never enqueued, or finished so long ago that its record is gone.</summary>
    Unknown = 0,

    Finished = 1,
    Waiting = 2,
    Delayed = 3,
    InFlight = 4,

    /// <summary>Not finished; where it is was not asked.</summary>
    Unfinished = 5,

    /// <summary>Kept back until a limit lets it go on.</summary>
    Limited = 6,
}
