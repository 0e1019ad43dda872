using Microsoft.Extensions.Logging;
using QCluster.Hosting.Threading;
using QCluster.Queue.Clusters;
using QCluster.Redis;

namespace QCluster.Hosting.Sentinel;

/// <summary>
/// The cluster's place among the others in Redis, one for each queue: its identity and heartbeat, the registration of its
/// workers, the cancels meant for it, and the adoption of workers whose cluster is gone.
/// </summary>
internal sealed class Membership(
    ClusterOptions options,
    RedisConnection connection,
    IReadOnlyList<ClusterQueue> brokers,
    Reclaimer reclaimer,
    ILogger logger,
    TimeProvider time) : IAsyncDisposable
{
    private const long MaxHeartbeatMilliseconds = 2_000;

    private readonly long _ttl = (long)options.HeartbeatTtl.TotalMilliseconds;
    private readonly List<IAsyncDisposable> _subscriptions = [];
    private int Slots => options.Workers * options.Concurrency;

    private long _lastHeartbeatTicks;
    private long _heartbeatsUnbrokenSince;
    private long _lastOrphansTicks;
    private bool _joined;
    private volatile bool _isInAHurry;

    /// <summary>The cluster's identity; it changes when others have declared it dead.</summary>
    public string Cluster { get; private set; } = NewIdentity();

    /// <summary>Whether the next heartbeat is due.</summary>
    public bool IsDue(long now) => _isInAHurry || now - _lastHeartbeatTicks >= Math.Min(_ttl / 4, MaxHeartbeatMilliseconds);

    /// <summary>Something has changed that others should hear of now.</summary>
    public void Hurry() => _isInAHurry = true;

    /// <summary>Takes its place in every queue.</summary>
    /// <param name="report">What it tells of itself.</param>
    /// <param name="onCancel">Called with the id of a task that is to be cancelled, on any thread.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task JoinAsync(ClusterReport report, Action<byte[]> onCancel, CancellationToken cancellationToken)
    {
        // An attempt before may have come half way.
        await UnsubscribeAsync().ConfigureAwait(false);
        foreach (var broker in brokers)
        {
            // The heartbeat first: it makes the cluster known. A cancel that is published before the subscription comes with the next
            // heartbeat.
            await broker.HeartbeatAsync(Cluster, options.HeartbeatTtl, report.Description, first: true, [], cancellationToken, Slots).ConfigureAwait(false);
            await broker.AnnounceAsync(options.Name, options.Results is null ? options.SaveLimit : null, options.DeadTtl, options.Smtp is not null, cancellationToken).ConfigureAwait(false);
            await broker.LimitAsync(options.QueueLimit, cancellationToken).ConfigureAwait(false);
            _subscriptions.Add(await connection.SubscribeAsync(broker.Keys.CancelChannelPrefix + Cluster, onCancel, cancellationToken).ConfigureAwait(false));
        }

        _lastHeartbeatTicks = _heartbeatsUnbrokenSince = time.Ticks();
        _joined = true;
    }

    /// <summary>One heartbeat in every queue.</summary>
    /// <param name="now">The time in ticks.</param>
    /// <param name="report">What the cluster tells of itself.</param>
    /// <param name="cancelsHandled">Cancels that need not be told again.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Ids of tasks to cancel; null when the cluster was declared dead.</returns>
    public async Task<IReadOnlyList<byte[]>?> HeartbeatAsync(long now, ClusterReport report, byte[][] cancelsHandled, CancellationToken cancellationToken)
    {
        _isInAHurry = false;
        var all = new List<byte[]>();
        var beats = brokers.Zip(report.Running, (broker, running) => broker.HeartbeatAsync(Cluster, options.HeartbeatTtl, report.Description, first: false, cancelsHandled, cancellationToken, Slots, running));
        foreach (var cancels in await Task.WhenAll(beats).ConfigureAwait(false))
        {
            if (cancels is null)
                return null;
            all.AddRange(cancels);
        }

        if (now - _lastHeartbeatTicks > _ttl)
            _heartbeatsUnbrokenSince = now;
        _lastHeartbeatTicks = now;
        return all;
    }

    /// <summary>Takes back the tasks of workers that have no live cluster any more, now and then.</summary>
    public async Task AdoptOrphansAsync(long now, CancellationToken cancellationToken)
    {
        // After an outage of Redis everyone's heartbeat may have run out: all get time to come back.
        if (now - _heartbeatsUnbrokenSince <= _ttl || now - _lastOrphansTicks <= _ttl / 4)
            return;
        _lastOrphansTicks = now;
        foreach (var orphans in await Task.WhenAll(brokers.Select(broker => broker.OrphansAsync(cancellationToken))).ConfigureAwait(false))
        {
            foreach (var (incarnation, cluster) in orphans)
            {
                SentinelLog.Orphan(logger, incarnation, cluster);
                await reclaimer.ReclaimAsync(
                    new GoneWorker { Incarnation = incarnation, Cluster = cluster, How = "was lost with its cluster, whose heartbeat ran out", IsFault = true },
                    cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Everything the cluster had has been given to others: what it does from here on it does under another name.</summary>
    public async Task TakeNewIdentityAsync()
    {
        _joined = false;
        await UnsubscribeAsync().ConfigureAwait(false);
        Cluster = NewIdentity();
    }

    /// <summary>Lets a worker take tasks. False when Redis is away, or the cluster is declared dead.</summary>
    public async Task<bool> RegisterAsync(string incarnation, CancellationToken cancellationToken)
    {
        try
        {
            var registered = await Task.WhenAll(brokers.Select(broker => broker.RegisterAsync(incarnation, Cluster, cancellationToken))).ConfigureAwait(false);
            return Array.TrueForAll(registered, isRegistered => isRegistered);
        }
        catch (BrokerException e)
        {
            SentinelLog.RedisUnavailable(logger, e.Message);
            return false;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        if (!_joined)
            return;
        foreach (var broker in brokers)
            await broker.LeaveAsync(Cluster, cancellationToken).ConfigureAwait(false);
    }

    private async Task UnsubscribeAsync()
    {
        foreach (var subscription in _subscriptions)
            await subscription.DisposeAsync().ConfigureAwait(false);
        _subscriptions.Clear();
    }

    private static string NewIdentity() => Convert.ToHexStringLower(Guid.NewGuid().ToByteArray().AsSpan(0, 6));

    public async ValueTask DisposeAsync() => await UnsubscribeAsync().ConfigureAwait(false);
}
