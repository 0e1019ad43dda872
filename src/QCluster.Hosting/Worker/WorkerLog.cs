using Microsoft.Extensions.Logging;

namespace QCluster.Hosting.Worker;

internal static partial class WorkerLog
{
    [LoggerMessage(4001, LogLevel.Warning, "The sentinel has ended, and tasks had not finished after the grace period of {Seconds} s; they will run again elsewhere")]
    public static partial void LeavingUnfinished(ILogger logger, double seconds);

    [LoggerMessage(4002, LogLevel.Warning, "Task code blocks all {Threads} threads of the pool; tasks not begun within {Milliseconds} ms are given back, and no new ones are accepted until a thread is free")]
    public static partial void Starved(ILogger logger, int threads, long milliseconds);

    [LoggerMessage(4003, LogLevel.Warning, "Could not announce the app's functions; retrying: {Problem}")]
    public static partial void NotAnnounced(ILogger logger, string problem);

    [LoggerMessage(4004, LogLevel.Error, "The periodic task {Name} cannot be scheduled: {Problem}")]
    public static partial void NotScheduled(ILogger logger, string name, string problem);
}
