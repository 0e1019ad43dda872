using Microsoft.Extensions.Logging.Abstractions;
using QCluster.Hosting;
using QCluster.Redis;

namespace QCluster.Tool.Start;

/// <summary>Garnet as it is published does not run a script alone, so counts would be wrong and tasks lost. Only the embedded server, which is built on it, does.</summary>
internal static class StockGarnet
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <exception cref="IOException">The server is one.</exception>
    public static async Task RefuseAsync(ClusterOptions options)
    {
        string info;
        try
        {
            await using var connection = RedisConnection.Create(options.ToRedisSettings(), new RedisConnectionOptions { ClientName = "qcluster-start", CallTimeout = Limit }, NullLogger.Instance, TimeProvider.System);
            info = (string?)await connection.ExecuteAsync("INFO", ["server"], RetryMode.Idempotent) ?? "";
        }
        catch (BrokerException)
        {
            // The cluster waits for a server that is unavailable, and reports one that refuses; INFO may be forbidden.
            return;
        }

        if (info.Contains("garnet_version:", StringComparison.Ordinal) && !info.Contains("qcluster_embedded:", StringComparison.Ordinal))
            throw new IOException($"The server at {options.ToRedisSettings().Display} is Microsoft Garnet, which does not run a Lua script alone: two clusters would count wrongly and lose tasks. Use Redis or Valkey, or 'qcluster start --redis embedded', which is built on Garnet and runs scripts one after the other.");
    }
}
