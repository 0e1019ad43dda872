using Microsoft.Extensions.Logging;

namespace QCluster.Hosting.Worker;

internal static partial class WorkerLog
{
    [LoggerMessage(4001, LogLevel.Warning, "The sentinel is gone and tasks were not done after the grace of {Seconds} s; they will run again elsewhere")]
    public static partial void LeavingUnfinished(ILogger logger, double seconds);

    [LoggerMessage(4002, LogLevel.Warning, "All {Threads} threads of the pool are blocked by task code; tasks that none of them came to within {Milliseconds} ms are given back, and nothing new is taken until one comes")]
    public static partial void Starved(ILogger logger, int threads, long milliseconds);

    [LoggerMessage(4003, LogLevel.Warning, "What the app brings could not be told to Redis, and will be in a moment: {Problem}")]
    public static partial void NotAnnounced(ILogger logger, string problem);

    [LoggerMessage(4004, LogLevel.Error, "The periodic task {Name} cannot be scheduled: {Problem}")]
    public static partial void NotScheduled(ILogger logger, string name, string problem);
}
