namespace QCluster.TestSupport;

/// <summary>Gives the Redis named by <c>QCLUSTER_TEST_REDIS</c>, or starts one.</summary>
public static class RedisFixture
{
    public const string Variable = "QCLUSTER_TEST_REDIS";

    public static async Task<IRedisFixture> StartAsync(RedisServerOptions? options = null)
        => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } endpoint
            ? new ExternalRedis(endpoint)
            : await RedisServer.StartAsync(options);
}
