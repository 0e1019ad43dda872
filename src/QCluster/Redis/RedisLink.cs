using System.Net;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace QCluster.Redis;

/// <summary>
/// One multiplexer, used until its first failure and then replaced: it never reconnects itself. To a Redis Cluster it is used as long as any node
/// is connected, since the queues of the others go on; there each call has a time-out of its own.
/// Replies come in the order of the calls, so one watch over all calls under way bounds each of them: if some are owed and none has come
/// for the reply time-out, the server is declared dead. That costs a call two increments instead of a timer.
/// </summary>
internal sealed class RedisLink
{
    private const int Ticks = 8;
    private static readonly Version Oldest = new(6, 2);

    private readonly ConnectionMultiplexer _multiplexer;
    private readonly IDatabase _database;
    private readonly ISubscriber _subscriber;
    private readonly EndPoint? _primary;
    private readonly RedisConnectionOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _dead = new();
    private readonly SemaphoreSlim _subscribing = new(1, 1);
    private readonly Dictionary<RedisSubscription, Action<RedisChannel, RedisValue>> _subscribed = [];
    private readonly ITimer? _watch;

    private IRedisLinkHost? _host;
    private int _outstanding;
    private long _replies;
    private int _watching;
    private long _seenReplies;
    private int _silentTicks;
    private int _retired;

    private RedisLink(ConnectionMultiplexer multiplexer, IServer server, RedisConnectionOptions options, RedisLinkKind kind, TimeProvider time, ILogger logger, IRedisLinkHost host)
    {
        _multiplexer = multiplexer;
        _database = multiplexer.GetDatabase();
        _subscriber = multiplexer.GetSubscriber();
        _primary = server.ServerType == ServerType.Cluster ? null : server.EndPoint;
        _options = options;
        _time = time;
        _logger = logger;
        _host = host;
        Endpoint = RedisEndpoint.Of(server.EndPoint).ToString();
        Version = server.Version;
        Dead = _dead.Token;
        OpenedAt = time.GetTimestamp();
        if (kind == RedisLinkKind.Shared && !IsClustered)
            _watch = time.CreateTimer(static state => ((RedisLink)state!).Watch(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        multiplexer.ConnectionFailed += OnConnectionFailed;
    }

    /// <summary>The server, or the first node of a Redis Cluster.</summary>
    public string Endpoint { get; }

    public Version Version { get; }

    /// <summary>True for a Redis Cluster: there a command may have keys of one slot only.</summary>
    public bool IsClustered => _primary is null;

    /// <summary>Cancelled when no further reply will come. Calls under way wait for their reply or this.</summary>
    public CancellationToken Dead { get; }

    public long OpenedAt { get; }

    public bool IsRetired => Volatile.Read(ref _retired) != 0;

    /// <summary>True once the link has received a reply.</summary>
    public bool HasReplied => Interlocked.Read(ref _replies) > 0;

    /// <summary>False if the library lost a socket before its events had a listener.</summary>
    public bool IsConnected => _multiplexer.IsConnected;

    /// <summary>Connects to a server that can be used.</summary>
    /// <param name="settings">Where Redis is.</param>
    /// <param name="kind">What the link is for.</param>
    /// <param name="options">How long to wait for what.</param>
    /// <param name="logger">Where failures of handlers go.</param>
    /// <param name="time">The clock.</param>
    /// <param name="host">The owner.</param>
    /// <param name="known">Nodes of the Redis Cluster beside those of the settings: one of them may be up when those are not.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="BrokerException">The server cannot be used.</exception>
    public static async Task<RedisLink> OpenAsync(RedisSettings settings, RedisLinkKind kind, RedisConnectionOptions options, ILogger logger, TimeProvider time, IRedisLinkHost host, IReadOnlyList<RedisEndpoint> known, CancellationToken cancellationToken)
    {
        var timeout = settings.ConnectTimeout ?? options.ConnectTimeout;
        IReadOnlyList<RedisEndpoint> endpoints = settings.ServiceName is null ? [.. settings.Endpoints.Union(known)] : [await RedisSentinels.FindPrimaryAsync(settings, timeout, cancellationToken).ConfigureAwait(false)];
        var configuration = RedisConfiguration.Of(settings, endpoints, timeout);
        configuration.ClientName ??= options.ClientName;
        // CONFIG: not needed, and often not permitted. A blocking link needs no second socket.
        configuration.CommandMap = CommandMap.Create(kind == RedisLinkKind.Blocking ? ["CONFIG", "SUBSCRIBE", "UNSUBSCRIBE", "PSUBSCRIBE", "PUNSUBSCRIBE"] : ["CONFIG"], available: false);
        var multiplexer = await RedisConnect.ToAsync(configuration, endpoints, timeout, cancellationToken).ConfigureAwait(false);
        try
        {
            return new RedisLink(multiplexer, Usable(settings, multiplexer), options, kind, time, logger, host);
        }
        catch
        {
            await RedisConnect.CloseAsync(multiplexer).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The primary, or some node of a Redis Cluster.</summary>
    private static IServer Usable(RedisSettings settings, ConnectionMultiplexer multiplexer)
    {
        var connected = multiplexer.GetServers().Where(static server => server.IsConnected).ToArray();
        var server = connected.FirstOrDefault(static server => server.ServerType == ServerType.Cluster || !server.IsReplica)
            ?? throw new BrokerException(BrokerProblem.ReadOnly, $"Redis at {settings.Display} is a replica and accepts no writes. Give the primary's endpoint, or the sentinels' with serviceName=.");
        return server.Version >= Oldest
            ? server
            : throw new BrokerException(BrokerProblem.TooOld, $"Redis at {RedisEndpoint.Of(server.EndPoint)} is version {server.Version}; QCluster needs Redis 6.2 or newer (or Valkey). Upgrade the server or give another endpoint.");
    }

    public void Begin()
    {
        Interlocked.Increment(ref _outstanding);
        if (Volatile.Read(ref _watching) == 0) StartWatch();
    }

    public void End(bool replied)
    {
        if (replied) Interlocked.Increment(ref _replies);
        Interlocked.Decrement(ref _outstanding);
    }

    public Task<RedisResult> Script(RedisScript script, RedisKey[] keys, RedisValue[] args) => _database.ScriptEvaluateAsync(script.Hash, keys, args);

    public Task<RedisResult> Execute(string command, object[] args) => _database.ExecuteAsync(command, args);

    /// <summary>True once, for the caller that must replace this link.</summary>
    public bool TryRetire() => Interlocked.Exchange(ref _retired, 1) == 0;

    /// <summary>Waits up to <paramref name="grace"/> for the replies of calls under way, then ends them and closes the sockets.</summary>
    public async Task CloseAsync(TimeSpan grace)
    {
        var started = _time.GetTimestamp();
        while (Volatile.Read(ref _outstanding) > 0 && _time.GetElapsedTime(started) < grace)
            await Task.Delay(TimeSpan.FromMilliseconds(5), _time).ConfigureAwait(false);
        await _dead.CancelAsync().ConfigureAwait(false);
        if (_watch is not null) await _watch.DisposeAsync().ConfigureAwait(false);
        Volatile.Write(ref _host, null);
        _multiplexer.ConnectionFailed -= OnConnectionFailed;
        await RedisConnect.CloseAsync(_multiplexer).ConfigureAwait(false);
    }

    /// <summary>On return the server sends this channel's messages to the handler. Does nothing if it already does.</summary>
    public async Task SubscribeAsync(RedisSubscription subscription, CancellationToken cancellationToken)
    {
        await _subscribing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (subscription.IsEnded || _subscribed.ContainsKey(subscription)) return;
            await WaitForSubscriberAsync(cancellationToken).ConfigureAwait(false);
            var channel = Channel(subscription);
            // Late messages of a dropped link could duplicate those of the new one.
            Action<RedisChannel, RedisValue> handler = (_, message) =>
            {
                if (!IsRetired) subscription.Deliver(((byte[]?)message)!, _logger);
            };
            await Bounded(_subscriber.SubscribeAsync(channel, handler), cancellationToken).ConfigureAwait(false);
            _subscribed.Add(subscription, handler);
        }
        finally
        {
            _subscribing.Release();
        }
    }

    public async Task UnsubscribeAsync(RedisSubscription subscription, CancellationToken cancellationToken)
    {
        await _subscribing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_subscribed.Remove(subscription, out var handler)) await Bounded(_subscriber.UnsubscribeAsync(Channel(subscription), handler), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _subscribing.Release();
        }
    }

    /// <summary>One round trip on the subscriptions' socket; in a Redis Cluster one to each node that has any.</summary>
    public Task CheckSubscriptionsAsync(CancellationToken cancellationToken) => IsClustered ? CheckNodesAsync(cancellationToken) : Bounded(_subscriber.PingAsync(), cancellationToken);

    private async Task CheckNodesAsync(CancellationToken cancellationToken)
    {
        EndPoint?[] nodes;
        await _subscribing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            nodes = [.. _subscribed.Keys.Select(subscription => _subscriber.SubscribedEndpoint(Channel(subscription))).Distinct()];
        }
        finally
        {
            _subscribing.Release();
        }

        if (nodes.Contains(null)) throw new TimeoutException("no node has one of the subscriptions");
        await Task.WhenAll(nodes.Select(node => Bounded(_multiplexer.GetServer(node!).PingAsync(), cancellationToken))).ConfigureAwait(false);
    }

    /// <summary>The nodes of the Redis Cluster; none of a single server.</summary>
    public IReadOnlyList<RedisEndpoint> Nodes => IsClustered ? [.. _multiplexer.GetEndPoints().Select(RedisEndpoint.Of)] : [];

    /// <summary>The node that serves a key, for commands that name none.</summary>
    public async Task<RedisResult> ExecuteAtAsync(RedisKey key, string command, object[] args)
    {
        var node = await _database.IdentifyEndpointAsync(key).ConfigureAwait(false) ?? throw new TimeoutException("no node serves the slot of the key");
        return await _multiplexer.GetServer(node).ExecuteAsync(command, args).ConfigureAwait(false);
    }

    private static RedisChannel Channel(RedisSubscription subscription) => new(subscription.Channel, RedisChannel.PatternMode.Literal);

    /// <summary>The library connects the socket for subscriptions after the other.</summary>
    private async Task WaitForSubscriberAsync(CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        while (!_subscriber.IsConnected())
        {
            if (_time.GetElapsedTime(started) > _options.ConnectTimeout) throw new TimeoutException("the socket for subscriptions did not connect");
            await Task.Delay(TimeSpan.FromMilliseconds(1), _time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task Bounded(Task task, CancellationToken cancellationToken)
    {
        task.ObserveFault();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Dead);
        await task.WaitAsync(_options.ReplyTimeout, _time, either.Token).ConfigureAwait(false);
    }

    private void OnConnectionFailed(object? sender, ConnectionFailedEventArgs failure)
    {
        var reason = $"{failure.FailureType}{(failure.Exception?.InnerException is { } cause ? ": " + cause.Message : "")}";
        if (IsClustered && _multiplexer.IsConnected)
            Volatile.Read(ref _host)?.Refresh(this, $"{RedisEndpoint.Of(failure.EndPoint!)}: {reason}");
        // An endpoint that was never reached is tried again by the library for as long as it lives.
        else if (_primary is null || _primary.Equals(failure.EndPoint))
            Volatile.Read(ref _host)?.Retire(this, reason, TimeSpan.FromMilliseconds(250));
    }

    private TimeSpan Tick => _options.ReplyTimeout / Ticks;

    private void StartWatch()
    {
        if (_watch is not null && Interlocked.CompareExchange(ref _watching, 1, 0) == 0) _watch.Change(Tick, Tick);
    }

    private void Watch()
    {
        var replies = Interlocked.Read(ref _replies);
        if (Volatile.Read(ref _outstanding) == 0)
        {
            // Stop first, then say so, then look again: a call that began in between either sees 0 and starts the watch, or is seen here.
            _silentTicks = 0;
            _watch!.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            Interlocked.Exchange(ref _watching, 0);
            if (Volatile.Read(ref _outstanding) > 0) StartWatch();
        }
        else if (replies != _seenReplies)
        {
            _silentTicks = 0;
        }
        else if (++_silentTicks > Ticks)
        {
            // Counted in ticks, not by the clock: a process that was itself stopped for a while must not take the server for dead.
            Volatile.Read(ref _host)?.Retire(this, $"no reply within {_options.ReplyTimeout.TotalSeconds:0.###} s", TimeSpan.Zero);
        }

        _seenReplies = replies;
    }
}
