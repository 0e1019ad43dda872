using Microsoft.Extensions.Logging.Abstractions;
using QCluster.Redis;
using StackExchange.Redis;

namespace QCluster.TestSupport;

/// <summary>Leaves the Redis that was named for the tests as it was.</summary>
public static class SharedRedis
{
    /// <summary>Deletes all keys of clusters whose name begins so, on the Redis of <see cref="RedisFixture.Variable"/>; a server of our own is gone with its keys.</summary>
    public static async Task DeleteAsync(string name)
    {
        if (Environment.GetEnvironmentVariable(RedisFixture.Variable) is not { Length: > 0 } endpoint)
            return;
        await using var connection = RedisConnection.Create(RedisSettings.Parse(endpoint), new RedisConnectionOptions { ClientName = "qcluster-tests" }, NullLogger.Instance, TimeProvider.System);
        var cursor = "0";
        do
        {
            var reply = (RedisResult[])(await connection.ExecuteAsync("SCAN", [cursor, "MATCH", $"q:{{{name}*", "COUNT", "1000"], RetryMode.Idempotent))!;
            cursor = (string)reply[0]!;
            foreach (var key in (byte[][])reply[1]!)
                await connection.ExecuteAsync("UNLINK", [(RedisKey)key], RetryMode.Idempotent);
        }
        while (cursor != "0");
    }
}
