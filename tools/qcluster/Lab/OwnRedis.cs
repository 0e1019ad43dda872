using QCluster.Launching.Servers;

namespace QCluster.Tool.Lab;

/// <summary>Starts a redis-server for a measurement or a trial only: on a free port, gone afterwards.</summary>
internal static class OwnRedis
{
    /// <summary>Starts one that forgets all when it ends; or, with <paramref name="durable"/>, one whose append-only file has everything that it has answered.</summary>
    /// <exception cref="IOException">There is no redis-server on PATH, or it does not start.</exception>
    public static Task<RedisProcess> StartAsync(bool durable = false) => RedisProcess.StartAsync(new RedisProcessOptions
    {
        Arguments = ["--save", "", .. durable ? (string[])["--appendonly", "yes", "--appendfsync", "always"] : ["--appendonly", "no"]],
        EndsWithThisProcess = true,
        Otherwise = "Name a Redis with --redis where that is possible",
    });
}
