using Microsoft.Extensions.Logging;
using QCluster.Hosting.Children;

namespace QCluster.Hosting.Sentinel;

internal static partial class SentinelLog
{
    [LoggerMessage(1001, LogLevel.Information, "Cluster {Cluster} serves {Queues} with {Workers} workers of {Concurrency} slots, Redis {Redis}, signing {Signing}")]
    public static partial void Starting(ILogger logger, string cluster, string queues, int workers, int concurrency, string redis, string signing);

    [LoggerMessage(1002, LogLevel.Information, "Cluster {Cluster} is ready")]
    public static partial void Ready(ILogger logger, string cluster);

    [LoggerMessage(1003, LogLevel.Warning, "{Role} {Ordinal} (pid {Pid}) {How}; it is replaced in {Pause} ms")]
    public static partial void ChildDied(ILogger logger, ChildRole role, int ordinal, int pid, string how, long pause);

    [LoggerMessage(1004, LogLevel.Information, "{Role} {Ordinal} (pid {Pid}) is replaced: {Reason}")]
    public static partial void Recycling(ILogger logger, ChildRole role, int ordinal, int pid, string reason);

    [LoggerMessage(1005, LogLevel.Warning, "{Role} {Ordinal} (pid {Pid}) is killed: {Reason}")]
    public static partial void Killing(ILogger logger, ChildRole role, int ordinal, int pid, string reason);

    [LoggerMessage(1006, LogLevel.Information, "{Count} tasks of worker {Incarnation} were reclaimed: {Decisions}")]
    public static partial void Reclaimed(ILogger logger, long count, string incarnation, string decisions);

    [LoggerMessage(1007, LogLevel.Warning, "Worker {Incarnation} of cluster {Cluster} no longer has a live cluster; its tasks are reclaimed")]
    public static partial void Orphan(ILogger logger, string incarnation, string cluster);

    [LoggerMessage(1008, LogLevel.Error, "Redis no longer has cluster {Cluster}: its heartbeat expired while this process was stopped or cut off, or the keys were deleted (FLUSHALL); it starts again under a new identity")]
    public static partial void DeclaredDead(ILogger logger, string cluster);

    [LoggerMessage(1009, LogLevel.Warning, "Redis is unavailable: {Problem}")]
    public static partial void RedisUnavailable(ILogger logger, string problem);

    [LoggerMessage(1010, LogLevel.Information, "Cluster {Cluster} is stopping; tasks have {Seconds} s to finish")]
    public static partial void Stopping(ILogger logger, string cluster, double seconds);

    [LoggerMessage(1011, LogLevel.Information, "Cluster {Cluster} has stopped")]
    public static partial void Stopped(ILogger logger, string cluster);

    [LoggerMessage(1012, LogLevel.Warning, "{Role} {Ordinal}: {Line}")]
    public static partial void ChildError(ILogger logger, ChildRole role, int ordinal, string line);

    [LoggerMessage(1013, LogLevel.Warning, "Stopping at once: a second signal arrived")]
    public static partial void Forced(ILogger logger);

    [LoggerMessage(1014, LogLevel.Error, "A child's control connection was closed because it sent invalid data: {Problem}")]
    public static partial void ChildRefused(ILogger logger, string problem);

    [LoggerMessage(1015, LogLevel.Warning, "{Role} {Ordinal}: {Count} lines were dropped because they came too fast")]
    public static partial void ChildErrorsLeftOut(ILogger logger, ChildRole role, int ordinal, long count);

    [LoggerMessage(1016, LogLevel.Warning, "{Role} {Ordinal}: {Count} log entries were dropped because they came too fast")]
    public static partial void ChildEntriesLeftOut(ILogger logger, ChildRole role, int ordinal, long count);

    [LoggerMessage(1019, LogLevel.Warning, "Waiting for Redis; the cluster cannot start without it (wait_for_redis=false: fail instead): {Problem}")]
    public static partial void WaitingForRedis(ILogger logger, string problem);

    [LoggerMessage(1020, LogLevel.Warning, "Redis at {Redis} may lose tasks; this cluster starts anyway (allow_eviction): {Problem}")]
    public static partial void Evicts(ILogger logger, string redis, string problem);

    [LoggerMessage(1021, LogLevel.Warning, "Redis at {Redis} refuses INFO, so its maxmemory-policy cannot be checked. It must be noeviction, or tasks are lost when memory runs out")]
    public static partial void ServerUnknown(ILogger logger, string redis);

    [LoggerMessage(1022, LogLevel.Information, "{Role} {Ordinal} (pid {Pid}) is pinned to the processors {Processors}")]
    public static partial void Pinned(ILogger logger, ChildRole role, int ordinal, int pid, string processors);
}
