using Microsoft.Extensions.Logging;
using QCluster.Model;
using QCluster.Queue.Queues;
using QCluster.Redis;

namespace QCluster.Hosting.Sentinel;

/// <summary>A cluster's way into Redis: looks whether the server is fit, and joins, or waits until it can.</summary>
internal sealed class ClusterEntry(ClusterOptions options, RedisConnection connection, QueueScripts queues, ILogger logger)
{
    /// <summary>Joins once Redis is there.</summary>
    /// <param name="join">Takes the cluster's place.</param>
    /// <param name="onWait">Called when Redis is unavailable, each time it has been tried.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="BrokerException">Redis cannot be used, or is unavailable and is not to be waited for.</exception>
    public async Task JoinAsync(Func<CancellationToken, Task> join, Action onWait, CancellationToken cancellationToken)
    {
        var isChecked = false;
        while (true)
        {
            try
            {
                // Before anything is written: a server that may drop what it has accepted must not get any of it.
                if (!isChecked)
                    await CheckServerAsync(cancellationToken).ConfigureAwait(false);
                isChecked = true;
                await join(cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (BrokerException e) when (options.WaitForRedis && e.Problem is (BrokerProblem.Unavailable or BrokerProblem.ReadOnly))
            {
                // The call has already waited for the whole call time-out.
                SentinelLog.WaitingForRedis(logger, e.Message);
                onWait();
            }
        }
    }

    /// <exception cref="BrokerException">The server may drop what it has accepted.</exception>
    private async Task CheckServerAsync(CancellationToken cancellationToken)
    {
        if (await queues.ServerAsync(TaskId.DefaultQueue, cancellationToken).ConfigureAwait(false) is not { } server)
        {
            SentinelLog.ServerUnknown(logger, connection.Display);
            return;
        }

        if (server.IsActiveReplica)
            throw Unsafe($"Redis at {connection.Display} cannot be used. {RedisServerState.ActiveReplicaProblem}");
        if (server.Loss is not { } loss)
            return;
        if (!options.AllowEviction)
            throw Unsafe($"Redis at {connection.Display} may lose tasks. {loss} {RedisServerState.Remedy} To start anyway: allow_eviction=true.");
        SentinelLog.Evicts(logger, connection.Display, loss);
    }

    private static BrokerException Unsafe(string problem) => new(BrokerProblem.Unsafe, problem);
}
