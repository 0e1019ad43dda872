using QCluster.Launching.Servers;

namespace QCluster.Testing.Clusters;

/// <summary>Starts a redis-server for one test cluster: on a free port, with a temporary folder, without persistence. It ends with the test process, in any way.</summary>
internal static class TemporaryRedis
{
    /// <exception cref="IOException">There is no redis-server on PATH, or it does not start.</exception>
    public static Task<RedisProcess> StartAsync(CancellationToken cancellationToken) => RedisProcess.StartAsync(
        new RedisProcessOptions
        {
            Arguments = ["--save", "", "--appendonly", "no"],
            EndsWithThisProcess = true,
            Otherwise = "Set Redis of the test cluster to one that runs",
        },
        cancellationToken);
}
