using Microsoft.Extensions.Logging;
using QCluster.Hosting.Channels;
using QCluster.Hosting.Children;
using QCluster.Hosting.Threading;
using QCluster.Model.Faults;
using QCluster.Redis;

namespace QCluster.Hosting.Pusher;

/// <summary>Brings in line what a worker holds and what Redis has in flight for it, for each queue.</summary>
/// <param name="queues">The queues, by their numbers.</param>
/// <param name="links">The workers.</param>
/// <param name="connection">The connection.</param>
/// <param name="control">Reports fenced workers.</param>
/// <param name="signal">Wakes the loop that claims.</param>
/// <param name="logger">Where failures go.</param>
/// <param name="time">The clock of the pauses.</param>
/// <param name="stopping">Ends everything.</param>
internal sealed class WorkerSynchroniser(
    IReadOnlyList<QueueState> queues,
    WorkerLinks links,
    RedisConnection connection,
    ControlChannel control,
    Action signal,
    ILogger logger,
    TimeProvider time,
    CancellationToken stopping)
{
    private const int MaxUnregistered = 20;
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan PauseUntilRegistered = TimeSpan.FromMilliseconds(500);

    /// <summary>One queue after the other; in a Redis Cluster each on its own, since their nodes may be up or down.</summary>
    public async Task SynchroniseAsync(WorkerLink link)
    {
        foreach (var queue in queues.Where(queue => links.TryBegin(link, queue.Index)))
        {
            var one = SynchroniseAsync(link, queue);
            if (connection.IsClustered)
                Background.Watch(one);
            else
                await one.ConfigureAwait(false);
        }
    }

    private async Task SynchroniseAsync(WorkerLink link, QueueState queue)
    {
        var unregistered = 0;
        while (links.NextHeld(link, queue.Index) is { } held)
        {
            try
            {
                if (await queue.Broker.ResyncAsync(link.Incarnation, held, stopping).ConfigureAwait(false) is not { } synchronised)
                {
                    // The node of this queue may have been down when the sentinel registered the worker, who does so once it is up.
                    if (connection.IsClustered && ++unregistered < MaxUnregistered)
                    {
                        await Task.Delay(PauseUntilRegistered, time, stopping).ConfigureAwait(false);
                        continue;
                    }

                    links.End(link, queue.Index);
                    control.Fenced(link.Incarnation);
                    return;
                }

                FaultPoint.Pass(CrashPoint.Resynchronised, link.Connection.Dispose);
                // Only now: a registration is of the epoch that RESYNC has begun. A CLAIM of the one before, which may still be under way, is
                // refused.
                if (!links.Synchronise(link, queue.Index, held, synchronised.Registration, synchronised.Tasks))
                    continue;
                queue.MayHaveTasks();
                signal();
            }
            catch (BrokerException e)
            {
                PusherLog.ResyncFailed(logger, link.Incarnation, e.Message);
                await Task.WhenAny(Task.Delay(PauseAfterFailure, time, stopping)).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                links.End(link, queue.Index);
                return;
            }
        }
    }

    /// <summary>Gives back attempts that the worker has not begun.</summary>
    public async Task ReleaseAsync(WorkerLink link, List<AttemptRef> attempts)
    {
        foreach (var given in attempts.Where(attempt => attempt.Queue < queues.Count).GroupBy(attempt => attempt.Queue, attempt => attempt.Key.ToBytes()))
        {
            var one = ReleaseAsync(link, queues[given.Key], [.. given]);
            if (connection.IsClustered)
                Background.Watch(one);
            else
                await one.ConfigureAwait(false);
        }
    }

    private async Task ReleaseAsync(WorkerLink link, QueueState queue, byte[][] attempts)
    {
        try
        {
            await queue.Broker.ReleaseAsync(link.Incarnation, attempts, stopping).ConfigureAwait(false);
            queue.MayHaveTasks();
            signal();
        }
        catch (Exception e) when (e is BrokerException or OperationCanceledException)
        {
            // They stay in flight for this worker, which no longer holds them: a resynchronisation sends them again.
            PusherLog.ReleaseFailed(logger, link.Incarnation, e.Message);
            links.Ask(link);
        }
    }
}
