using Microsoft.Extensions.Logging;

namespace QCluster.Redis;

internal static partial class RedisConnectionLog
{
    [LoggerMessage(6001, LogLevel.Debug, "Connected to Redis {Version} at {Endpoint} after {Attempts} attempts")]
    public static partial void Connected(ILogger logger, Version version, string endpoint, int attempts);

    [LoggerMessage(6002, LogLevel.Warning, "The connection to Redis at {Endpoint} is lost and is being replaced: {Reason}")]
    public static partial void Lost(ILogger logger, string endpoint, string reason);

    [LoggerMessage(6003, LogLevel.Warning, "Redis at {Endpoint} is unavailable; retrying: {Reason}")]
    public static partial void CannotConnect(ILogger logger, string endpoint, string reason);

    [LoggerMessage(6004, LogLevel.Error, "Redis at {Endpoint} cannot be used: {Reason}")]
    public static partial void Refused(ILogger logger, string endpoint, string reason);

    [LoggerMessage(6005, LogLevel.Error, "A handler of messages on the channel {Channel} failed")]
    public static partial void HandlerFailed(ILogger logger, Exception error, string channel);

    [LoggerMessage(6006, LogLevel.Error, "A handler of the Reconnected event failed")]
    public static partial void ReconnectedHandlerFailed(ILogger logger, Exception error);

    [LoggerMessage(6007, LogLevel.Warning, "A node of the Redis Cluster at {Endpoint} is in trouble; queues of the other nodes go on: {Reason}")]
    public static partial void Refreshing(ILogger logger, string endpoint, string reason);
}
