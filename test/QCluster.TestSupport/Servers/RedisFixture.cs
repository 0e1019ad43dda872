namespace QCluster.TestSupport;

/// <summary>Gives tests that need nothing but an address the Redis that <c>QCLUSTER_TEST_REDIS</c> names, or starts one.</summary>
public static class RedisFixture
{
    /// <summary>A connection string of StackExchange.Redis, or a URL.</summary>
    public const string Variable = "QCLUSTER_TEST_REDIS";

    public static async Task<IRedisFixture> StartAsync() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } endpoint ? new ExternalRedis(endpoint) : await RedisServer.StartAsync();
}
