using Microsoft.Extensions.Logging;
using QCluster.Hosting.Threading;
using QCluster.Queue.Clusters;
using QCluster.Redis;

namespace QCluster.Hosting.Sentinel;

/// <summary>
/// The cluster's place among the others in Redis, one for each queue: its identity and heartbeat, the registration of its
/// workers, the cancels meant for it, and the adoption of workers whose cluster is gone.
/// </summary>
/// <param name="options">The cluster's settings.</param>
/// <param name="identity">The cluster's identity.</param>
/// <param name="connection">The connection.</param>
/// <param name="brokers">The queues.</param>
/// <param name="first">The number of the first of them among all queues of the cluster.</param>
/// <param name="reclaimer">Takes tasks of lost workers back.</param>
/// <param name="logger">Where adoptions go.</param>
/// <param name="time">The clock.</param>
internal sealed class Membership(
    ClusterOptions options,
    ClusterIdentity identity,
    RedisConnection connection,
    IReadOnlyList<ClusterQueue> brokers,
    int first,
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
    private volatile bool _joined;
    private volatile bool _isInAHurry;

    private string Cluster => identity.Value;

    /// <summary>It has its place; without one it has to join first.</summary>
    public bool IsJoined => _joined;

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
    /// <param name="report">What the cluster tells of itself.</param>
    /// <param name="cancelsHandled">Cancels that need not be told again.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Ids of tasks to cancel; null when the cluster was declared dead.</returns>
    public async Task<IReadOnlyList<byte[]>?> HeartbeatAsync(ClusterReport report, byte[][] cancelsHandled, CancellationToken cancellationToken)
    {
        _isInAHurry = false;
        var all = new List<byte[]>();
        var beats = brokers.Zip(report.Running.Skip(first), (broker, running) => broker.HeartbeatAsync(Cluster, options.HeartbeatTtl, report.Description, first: false, cancelsHandled, cancellationToken, Slots, running));
        foreach (var cancels in await Task.WhenAll(beats).ConfigureAwait(false))
        {
            if (cancels is null)
                return null;
            all.AddRange(cancels);
        }

        // The time is that of the reply: a call may have waited for Redis so long that the heartbeats of all have run out meanwhile.
        var done = time.Ticks();
        if (done - _lastHeartbeatTicks > _ttl)
            _heartbeatsUnbrokenSince = done;
        _lastHeartbeatTicks = done;
        return all;
    }

    /// <summary>Takes back the tasks of workers that have no live cluster any more, now and then.</summary>
    public async Task AdoptOrphansAsync(CancellationToken cancellationToken)
    {
        var now = time.Ticks();
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

    /// <summary>Everything the cluster had has been given to others: it joins under another name, and before long.</summary>
    public void Forsake()
    {
        _joined = false;
        _isInAHurry = true;
    }

    /// <summary>Lets a worker take tasks. False when the cluster is declared dead.</summary>
    /// <exception cref="BrokerException">Redis is unavailable.</exception>
    public async Task<bool> RegisterAsync(string incarnation, CancellationToken cancellationToken)
    {
        var registered = await Task.WhenAll(brokers.Select(broker => broker.RegisterAsync(incarnation, Cluster, cancellationToken))).ConfigureAwait(false);
        return Array.TrueForAll(registered, isRegistered => isRegistered);
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

    public async ValueTask DisposeAsync() => await UnsubscribeAsync().ConfigureAwait(false);
}
