using Microsoft.Extensions.Logging;

namespace QCluster.Hosting.Pusher;

internal static partial class PusherLog
{
    [LoggerMessage(2001, LogLevel.Warning, "A claim from queue {Queue} got no reply; resynchronising its workers: {Problem}")]
    public static partial void ClaimFailed(ILogger logger, string queue, string problem);

    [LoggerMessage(2002, LogLevel.Warning, "Worker {Incarnation} is no longer registered and gets no tasks")]
    public static partial void Fenced(ILogger logger, string incarnation);

    [LoggerMessage(2003, LogLevel.Warning, "Waiting for queue {Queue} failed; retrying: {Problem}")]
    public static partial void WatchFailed(ILogger logger, string queue, string problem);

    [LoggerMessage(2004, LogLevel.Warning, "Resynchronising worker {Incarnation} failed; retrying: {Problem}")]
    public static partial void ResyncFailed(ILogger logger, string incarnation, string problem);

    [LoggerMessage(2005, LogLevel.Warning, "Giving back tasks of worker {Incarnation} failed; they will be sent to it again: {Problem}")]
    public static partial void ReleaseFailed(ILogger logger, string incarnation, string problem);

    [LoggerMessage(2006, LogLevel.Error, "A worker's connection was closed because it sent invalid data: {Problem}")]
    public static partial void WorkerRefused(ILogger logger, string problem);

    [LoggerMessage(2007, LogLevel.Error, "A packet in queue {Queue} was refused and set aside: {Length} bytes or more where a version 1 element has over {Least} and at most {Most}; it begins with {Beginning}")]
    public static partial void Damaged(ILogger logger, string queue, int length, int least, int most, string beginning);

    [LoggerMessage(2008, LogLevel.Error, "A client call from a task failed: {Problem}")]
    public static partial void CallFailed(ILogger logger, string problem);

    [LoggerMessage(2009, LogLevel.Information, "Redis takes no command for several queues at once (CROSSSLOT): each queue gets connections and calls of its own")]
    public static partial void OneWaitEach(ILogger logger);

    [LoggerMessage(2010, LogLevel.Error, "A worker sent a call that no client makes. It was refused, as all like it from that worker will be: {Problem}")]
    public static partial void CallRefused(ILogger logger, string problem);
}
