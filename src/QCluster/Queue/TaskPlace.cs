namespace QCluster.Queue;

internal enum TaskPlace
{
    /// <summary>Never enqueued, or finished so long ago that its record has expired.</summary>
    Unknown = 0,

    Finished = 1,
    Waiting = 2,
    Delayed = 3,
    InFlight = 4,

    /// <summary>Not finished; its place was not requested.</summary>
    Unfinished = 5,

    /// <summary>Parked by a limit.</summary>
    Limited = 6,
}
