using Microsoft.Extensions.Logging;
using QCluster.Client.Monitoring;
using QCluster.Model.Faults;
using QCluster.Queue;
using QCluster.Queue.Clusters;
using QCluster.Queue.Queues;
using QCluster.Redis;

namespace QCluster.Hosting.Sentinel;

/// <summary>
/// Queues that are available or not together: all queues of a cluster where Redis is one server, each one for itself in a Redis Cluster. The sentinel's
/// calls for them are made one after the other, and apart from those for others.
/// </summary>
internal sealed class Shard : IAsyncDisposable
{
    private readonly RedisConnection _connection;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly IReadOnlyList<string> _names;
    private readonly Membership _membership;
    private readonly Reclaimer _reclaimer;
    private readonly ClusterUpkeep _upkeep;
    private readonly RedisWorkQueue _redis;
    private readonly List<byte[]> _handled = [];
    private readonly Lock _gate = new();
    private readonly HashSet<string> _unregistered = new(StringComparer.Ordinal);
    private UnreachableQueue? _trouble;

    /// <param name="options">The cluster's settings.</param>
    /// <param name="identity">The cluster's identity.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="scripts">The scripts about whole queues.</param>
    /// <param name="first">The number of its first queue among those of the cluster.</param>
    /// <param name="count">How many it has.</param>
    /// <param name="metrics">What is told of queues.</param>
    /// <param name="logger">Where failures go.</param>
    /// <param name="time">The clock.</param>
    /// <param name="forced">Ends every call.</param>
    public Shard(ClusterOptions options, ClusterIdentity identity, RedisConnection connection, QueueScripts scripts, int first, int count, ClusterMetrics metrics, ILogger logger, TimeProvider time, CancellationToken forced)
    {
        _connection = connection;
        _logger = logger;
        _time = time;
        _names = [.. options.EffectiveQueues.Skip(first).Take(count)];
        var brokers = _names.Select(queue => new ClusterQueue(connection, new RedisKeys(options.Name, queue), options.MaxPacketBytes)).ToArray();
        _reclaimer = new Reclaimer(options, brokers, logger, time);
        _membership = new Membership(options, identity, connection, brokers, first, _reclaimer, logger, time);
        _upkeep = new ClusterUpkeep(identity, connection, scripts, _membership, _reclaimer, metrics, _names, logger);
        _redis = new RedisWorkQueue(Fail, forced);
    }

    /// <summary>Since when its queues cannot be reached, and why; empty when they can.</summary>
    public IEnumerable<UnreachableQueue> Unreachable
    {
        get
        {
            lock (_gate)
                return _trouble is { } trouble ? [.. _names.Select(queue => trouble with { Queue = queue })] : [];
        }
    }

    public bool IsKeepingUp { get; set; }

    public bool IsDue(long now) => _membership.IsDue(now);

    /// <summary>Something has changed that others should hear of now.</summary>
    public void Hurry() => _membership.Hurry();

    /// <summary>Cancels that Redis need not report again.</summary>
    public byte[][] Handled => [.. _handled];

    public void Handle(byte[] id) => _handled.Add(id);

    /// <summary>Redis has heard of the first of <see cref="Handled"/>.</summary>
    public void Acknowledge(int count) => _handled.RemoveRange(0, count);

    /// <summary>Takes the cluster's place.</summary>
    /// <exception cref="BrokerException">It could not.</exception>
    public async Task JoinAsync(ClusterReport report, Action<byte[]> onCancel, CancellationToken cancellationToken)
    {
        try
        {
            await _membership.JoinAsync(report, onCancel, cancellationToken).ConfigureAwait(false);
            Succeed();
        }
        catch (BrokerException e)
        {
            Remember(e);
            throw;
        }
    }

    /// <summary>The next calls are made under the new identity, beginning with that which joins.</summary>
    public void Forsake() => _membership.Forsake();

    /// <summary>One heartbeat with what belongs to it; without a place it joins first. Then <paramref name="done"/> is called, with false when the cluster was declared dead.</summary>
    public void KeepUp(ClusterReport report, byte[][] handled, Action<byte[]> onCancel, Action<IReadOnlyList<byte[]>> onCancels, Action<bool> done) => _redis.Post(async cancellationToken =>
    {
        var isAlive = true;
        try
        {
            if (_membership.IsJoined)
                isAlive = await _upkeep.RunAsync(report, handled, onCancels, cancellationToken).ConfigureAwait(false);
            else
                await _membership.JoinAsync(report, onCancel, cancellationToken).ConfigureAwait(false);
            Succeed();
            await RegisterOthersAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            done(isAlive);
        }
    });

    /// <summary>Takes the tasks of a worker back, now or once Redis is available again.</summary>
    public void Reclaim(GoneWorker gone)
    {
        lock (_gate)
            _unregistered.Remove(gone.Incarnation);
        _redis.Post(async cancellationToken =>
        {
            await _reclaimer.ReclaimSurelyAsync(gone, cancellationToken).ConfigureAwait(false);
            FaultPoint.Pass(CrashPoint.WorkerReclaimed, _connection.Drop);
        });
    }

    /// <summary>Lets a worker take tasks. False when it cannot.</summary>
    public Task<bool> RegisterAsync(string incarnation)
    {
        var registered = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _redis.Post(async cancellationToken =>
        {
            var isRegistered = false;
            try
            {
                isRegistered = await _membership.RegisterAsync(incarnation, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                registered.TrySetResult(isRegistered);
            }
        });
        return registered.Task;
    }

    /// <summary>Lets a worker take tasks as soon as that can be done. True when it was done in time.</summary>
    public async Task<bool> RegisterSoonAsync(string incarnation, TimeSpan atMost)
    {
        lock (_gate)
            _unregistered.Add(incarnation);
        // Known to be away: nobody waits for it.
        if (!_membership.IsJoined || Unreachable.Any())
            return false;
        var registering = RegisterAsync(incarnation);
        if (await Task.WhenAny(registering, Task.Delay(atMost, _time)).ConfigureAwait(false) != registering || !await registering.ConfigureAwait(false))
            return false;
        lock (_gate)
            _unregistered.Remove(incarnation);
        return true;
    }

    private async Task RegisterOthersAsync(CancellationToken cancellationToken)
    {
        string[] incarnations;
        lock (_gate)
            incarnations = [.. _unregistered];
        foreach (var incarnation in incarnations)
        {
            if (!await _membership.RegisterAsync(incarnation, cancellationToken).ConfigureAwait(false))
                continue;
            lock (_gate)
                _unregistered.Remove(incarnation);
        }
    }

    /// <summary>Whether nothing runs and nothing waits that would be run.</summary>
    public Task<bool> IsIdleAsync(CancellationToken cancellationToken) => _upkeep.IsIdleAsync(cancellationToken);

    /// <summary>Makes a call in its turn.</summary>
    public void Post(Func<CancellationToken, Task> work) => _redis.Post(work);

    /// <summary>Waits for the calls that were posted, takes the tasks of the last workers back, and leaves.</summary>
    public async Task LeaveAsync(IReadOnlyList<string> workers, TimeSpan limit)
    {
        using var end = new CancellationTokenSource(limit, _time);
        await _redis.CompleteAsync(limit).ConfigureAwait(false);
        await _upkeep.LeaveAsync(workers, limit, end.Token).ConfigureAwait(false);
    }

    private void Succeed()
    {
        UnreachableQueue? trouble;
        lock (_gate)
            (trouble, _trouble) = (_trouble, null);
        if (trouble is not null)
            SentinelLog.QueuesReachable(_logger, string.Join(", ", _names), trouble.Since);
    }

    private void Fail(BrokerException error)
    {
        Remember(error);
        SentinelLog.RedisUnavailable(_logger, error.Message);
    }

    private void Remember(BrokerException error)
    {
        lock (_gate)
            _trouble = (_trouble ?? new UnreachableQueue("", _time.GetUtcNow(), "")) with { Problem = error.Message };
    }

    public ValueTask DisposeAsync() => _membership.DisposeAsync();
}
