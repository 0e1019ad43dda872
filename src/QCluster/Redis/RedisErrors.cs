using StackExchange.Redis;

namespace QCluster.Redis;

/// <summary>The meaning of the library's exceptions, and of Redis's error replies.</summary>
internal static class RedisErrors
{
    public static bool IsConnectionError(Exception error) => error is RedisConnectionException or TimeoutException or ObjectDisposedException or RedisCommandException && !IsCrossSlot(error);

    /// <summary>On a Redis Cluster the library itself refuses keys of different slots. The connection is still usable.</summary>
    public static bool IsCrossSlot(Exception error) => error is RedisCommandException && error.Message.Contains("single slot", StringComparison.Ordinal);

    public static bool WasNotSent(Exception error)
    {
        if (error is ObjectDisposedException or RedisCommandException) return true;
        return error is RedisConnectionException { CommandStatus: CommandStatus.WaitingToBeSent or CommandStatus.WaitingInBacklog };
    }

    /// <summary>Makes the exception for an error reply.</summary>
    public static BrokerException Failure(in RedisCall call, RedisLink link, RedisReply meaning, RedisServerException reply)
    {
        var where = $"Redis at {link.Endpoint} answered {call.Name} with: {reply.Message}";
        return meaning switch
        {
            RedisReply.Later => new BrokerException(BrokerProblem.Unavailable, where, reply),
            RedisReply.ReadOnly => new BrokerException(BrokerProblem.ReadOnly, where, reply),
            RedisReply.OutOfMemory => new BrokerException(BrokerProblem.OutOfMemory, $"{where} Raise maxmemory or remove data.", reply),
            RedisReply.AccessDenied => new BrokerException(BrokerProblem.AccessDenied, $"{where}. {RedisReplies.AccessAdvice}", reply),
            _ => new BrokerException(BrokerProblem.Other, where, reply),
        };
    }
}
