using Microsoft.Extensions.Logging;
using QCluster.Model.Faults;
using QCluster.Queue.Queues;
using QCluster.Redis;

namespace QCluster.Hosting.Sentinel;

/// <summary>The calls to Redis that a cluster makes regularly, and those with which it leaves.</summary>
internal sealed class ClusterUpkeep(
    ClusterOptions options,
    RedisConnection connection,
    QueueScripts queues,
    Membership membership,
    Reclaimer reclaimer,
    ClusterMetrics metrics,
    ILogger logger)
{
    /// <summary>One heartbeat, and all that can wait while Redis is unavailable.</summary>
    /// <param name="now">The time in ticks.</param>
    /// <param name="report">The cluster's report on itself.</param>
    /// <param name="cancelsHandled">Cancels that Redis need not report again.</param>
    /// <param name="onCancels">Called with the ids of tasks to cancel, once Redis has the heartbeat.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False when the cluster was declared dead.</returns>
    public async Task<bool> RunAsync(
        long now,
        ClusterReport report,
        byte[][] cancelsHandled,
        Action<IReadOnlyList<byte[]>> onCancels,
        CancellationToken cancellationToken)
    {
        // The heartbeat first: while the cluster takes others' tasks back, no other may take it for dead.
        if (await membership.HeartbeatAsync(now, report, cancelsHandled, cancellationToken).ConfigureAwait(false) is not { } cancels)
            return false;
        FaultPoint.Pass(CrashPoint.HeartbeatSent, connection.Drop);
        onCancels(cancels);
        await reclaimer.RetryAsync(cancellationToken).ConfigureAwait(false);
        await membership.AdoptOrphansAsync(now, cancellationToken).ConfigureAwait(false);
        await metrics.ReadAsync(queues, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Whether nothing runs and nothing waits that would be run.</summary>
    public async Task<bool> IsIdleAsync(CancellationToken cancellationToken)
    {
        foreach (var queue in options.EffectiveQueues)
        {
            var sizes = await queues.SizesAsync(queue, cancellationToken).ConfigureAwait(false);
            // Nothing of a paused queue will be run.
            if (sizes.Running > 0 || (sizes.PausedSince is null && sizes.Waiting + sizes.Delayed > 0))
                return false;
        }

        return true;
    }

    /// <summary>Takes the tasks of the cluster's last workers back, and leaves.</summary>
    /// <param name="workers">The incarnations of workers that have ended.</param>
    /// <param name="limit">The longest time for it.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    public async Task LeaveAsync(IEnumerable<string> workers, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var worker in workers)
            {
                var gone = new GoneWorker { Incarnation = worker, Cluster = membership.Cluster, How = "was stopped", IsFault = false };
                await reclaimer.ReclaimAsync(gone, cancellationToken).ConfigureAwait(false);
            }

            await reclaimer.RetryAsync(cancellationToken).ConfigureAwait(false);
            // Last: workers of a cluster that has left are taken for those of one that died.
            await membership.LeaveAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is BrokerException or OperationCanceledException)
        {
            // The heartbeat expires by itself, and other clusters take what remains.
            var problem = e is BrokerException ? e.Message : $"it could not be notified of the stop within {limit.TotalSeconds:0} s";
            SentinelLog.RedisUnavailable(logger, problem);
        }
    }
}
