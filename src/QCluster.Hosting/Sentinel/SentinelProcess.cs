using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using QCluster.Hosting.Channels;
using QCluster.Hosting.Roles;
using QCluster.Redis;

namespace QCluster.Hosting.Sentinel;

/// <summary>
/// One cluster: starts the pusher, the workers and the monitor, replaces what dies, enforces deadlines, gives a dead worker's
/// tasks back, keeps the cluster's heartbeat in Redis, and drains when it is told to stop. Runs no user code.
/// </summary>
/// <remarks>All state is changed by one loop, which takes events from a channel and looks around each guard cycle.</remarks>
internal sealed class SentinelProcess : IAsyncDisposable
{
    private const long SilenceMilliseconds = 10_000;
    private const long LongestHeartbeatMilliseconds = 2_000;
    private const long StallMilliseconds = 20_000;
    private const long ShortLifeMilliseconds = 5_000;
    private const long RecycleAgeMilliseconds = 30_000;

    private readonly ClusterOptions _options;
    private readonly ILogger _logger;
    private readonly RedisConnection _connection;
    private readonly IReadOnlyList<ClusterBroker> _brokers;
    private readonly Reclaimer _reclaimer;
    private readonly string _folder;
    private readonly ChildFactory _factory;
    private readonly System.Net.Sockets.Socket _listener;
    private readonly Channel<Func<Task>> _events = Channel.CreateUnbounded<Func<Task>>(new UnboundedChannelOptions { SingleReader = true });
    private readonly List<ChildProcess> _children = [];
    private readonly Dictionary<(ChildRole Role, int Ordinal), int> _shortLives = [];
    private readonly Dictionary<Guid, long> _cancelling = [];
    private readonly List<byte[]> _cancelsHandled = [];
    private readonly List<GoneWorker> _retries = [];
    private readonly List<IAsyncDisposable> _subscriptions = [];
    private readonly DateTimeOffset _started = DateTimeOffset.UtcNow;
    private readonly CancellationTokenSource _forced = new();
    private string _cluster = NewIdentity();
    private long _restarts;
    private long _recycles;
    private long _lastHeartbeatTicks;
    private long _heartbeatsUnbrokenSince;
    private long _lastOrphansTicks;
    private long _stopAtTicks;
    private bool _registered;
    private bool _cancelledForShutdown;
    private bool _reportedReady;
    private string? _fatal;

    public SentinelProcess(ClusterOptions options, ILogger logger)
    {
        options.Validate();
        _options = options;
        _logger = logger;
        _connection = RedisConnection.Create(
            RedisSettings.Parse(options.Redis),
            new RedisConnectionOptions { ClientName = "qcluster-sentinel", CallTimeout = options.CallTimeout },
            logger,
            TimeProvider.System);
        _brokers = options.EffectiveQueues.Select(q => new ClusterBroker(_connection, new RedisKeys(options.Name, q), options.MaxPacketBytes)).ToArray();
        _reclaimer = new Reclaimer(options, _brokers, logger);
        _folder = PrivateFolder.Create();
        var controlSocket = Path.Combine(_folder, "control.sock");
        _listener = LocalSocket.Listen(controlSocket);
        _factory = new ChildFactory(_folder, controlSocket, options.Concurrency, logger);
    }

    /// <summary>Runs until stopped. Returns an error text, or null when all went as it should.</summary>
    public async Task<string?> RunAsync()
    {
        SentinelLog.Starting(_logger, _cluster, string.Join(", ", _options.EffectiveQueues), _options.Workers, _options.Concurrency, _connection.Display, _options.Secrets.Count > 0 ? "on" : "off");
        LocalSocket.AcceptInBackground(_listener, "control accept", socket =>
            new FrameConnection(socket, 1 << 20).Start("control", OnFrame, OnControlClosed));

        try
        {
            await JoinAsync().ConfigureAwait(false);
            Start(ChildRole.Pusher, 0);
            Start(ChildRole.Monitor, 0);
            for (var i = 0; i < _options.Workers; i++)
                Start(ChildRole.Worker, i);
            await LoopAsync().ConfigureAwait(false);
        }
        finally
        {
            await TearDownAsync().ConfigureAwait(false);
        }

        SentinelLog.Stopped(_logger, _cluster);
        return _fatal;
    }

    /// <summary>The first call drains; a second one stops at once.</summary>
    public void RequestStop() => _events.Writer.TryWrite(() =>
    {
        if (_stopAtTicks == 0)
        {
            BeginStop();
        }
        else
        {
            SentinelLog.Forced(_logger);
            _forced.Cancel();
        }

        return Task.CompletedTask;
    });

    private void BeginStop()
    {
        if (_stopAtTicks != 0)
            return;
        SentinelLog.Stopping(_logger, _cluster, _options.Grace.TotalSeconds);
        _stopAtTicks = Environment.TickCount64 + (long)_options.Grace.TotalMilliseconds;
        foreach (var child in _children.Where(c => c.Role != ChildRole.Monitor))
            child.Drain();
    }

    private async Task LoopAsync()
    {
        while (!_forced.IsCancellationRequested)
        {
            await GuardAsync().ConfigureAwait(false);
            if (_stopAtTicks != 0 && !_children.Exists(c => c.Role == ChildRole.Worker))
                return;

            var cycle = _stopAtTicks == 0 ? _options.GuardCycle : TimeSpan.FromMilliseconds(20);
            using var wait = CancellationTokenSource.CreateLinkedTokenSource(_forced.Token);
            wait.CancelAfter(cycle);
            try
            {
                while (true)
                {
                    var next = await _events.Reader.ReadAsync(wait.Token).ConfigureAwait(false);
                    await next().ConfigureAwait(false);
                    if (_stopAtTicks != 0)
                        break;
                }
            }
            catch (OperationCanceledException)
            {
                // Time to look around.
            }
        }
    }

    private async Task GuardAsync()
    {
        var now = Environment.TickCount64;
        await HeartbeatAsync(now).ConfigureAwait(false);
        foreach (var child in _children.ToArray())
        {
            if (child.HasExited)
                continue;
            if (child.SilentMilliseconds > SilenceMilliseconds)
                Kill(child, $"nothing was heard of it for {child.SilentMilliseconds / 1000} s");
            else if (child.Pulse.StalledMilliseconds > StallMilliseconds)
                Kill(child, $"it has not moved for {child.Pulse.StalledMilliseconds / 1000} s");
            else if (child.Role == ChildRole.Worker)
                GuardWorker(child, now);
        }

        await RetryReclaimsAsync().ConfigureAwait(false);
        if (_stopAtTicks != 0)
            GuardStop(now);
        else if (_options.RunOnce && _reportedReady && await IsIdleAsync().ConfigureAwait(false))
            BeginStop();
    }

    private void GuardWorker(ChildProcess child, long now)
    {
        var grace = (long)_options.Grace.TotalMilliseconds;
        foreach (var task in child.Slots!.Running())
        {
            if (task.DeadlineTicks != 0 && now >= task.DeadlineTicks + grace)
            {
                child.Culprit = (task.Attempt, TaskCancelReason.Timeout);
                Kill(child, $"task {IdOf(task)} ran past its time-out and the grace");
                return;
            }

            if (_cancelling.TryGetValue(GuidOf(task), out var since) && now >= since + grace)
            {
                child.Culprit = (task.Attempt, TaskCancelReason.User);
                Kill(child, $"task {IdOf(task)} was cancelled and did not stop within the grace");
                return;
            }
        }

        if (child.IsDraining || _stopAtTicks != 0 || !child.IsReady)
            return;
        if (child.IsFenced)
            Replace(child, "it was declared dead in Redis");
        else if (_options.MaxRss > 0 && child.Pulse.ResidentBytes > _options.MaxRss)
            Replace(child, $"its memory of {child.Pulse.ResidentBytes >> 20} MiB is over max_rss");
        else if (_options.Recycle > 0 && child.Pulse.Done >= _options.Recycle && now - child.StartedTicks > RecycleAgeMilliseconds)
            Replace(child, $"it has run {child.Pulse.Done} tasks (recycle)");
    }

    private void GuardStop(long now)
    {
        var left = _stopAtTicks - now;
        // The last part of the grace is for those that heed their token, and for ending the others.
        if (left < _options.Grace.TotalMilliseconds * 0.4 && !_cancelledForShutdown)
        {
            _cancelledForShutdown = true;
            foreach (var child in _children.Where(c => c.Role == ChildRole.Worker))
                child.Control?.Send(FrameType.Cancel, [(byte)TaskCancelReason.Shutdown]);
        }

        if (left < _options.Grace.TotalMilliseconds * 0.15)
        {
            foreach (var child in _children.Where(c => c.Role == ChildRole.Worker && !c.HasExited))
                Kill(child, "the grace is over");
        }
    }

    /// <summary>The successor starts first; the old one finishes what it has.</summary>
    private void Replace(ChildProcess child, string reason)
    {
        SentinelLog.Recycling(_logger, child.Role, child.Ordinal, child.Pid, reason);
        _recycles++;
        Suspend(child);
        child.Drain();
        Start(child.Role, child.Ordinal);
    }

    private void Suspend(ChildProcess worker)
    {
        foreach (var pusher in _children.Where(c => c.Role == ChildRole.Pusher))
            pusher.Control?.Send(FrameType.Suspend, Encoding.UTF8.GetBytes(worker.Incarnation));
    }

    private void Kill(ChildProcess child, string reason)
    {
        SentinelLog.Killing(_logger, child.Role, child.Ordinal, child.Pid, reason);
        if (child.Role == ChildRole.Worker)
            Suspend(child);
        child.Kill();
    }

    private void Start(ChildRole role, int ordinal) =>
        _children.Add(_factory.Start(role, ordinal, _cluster, child => _events.Writer.TryWrite(() => OnExitAsync(child))));

    private async Task OnExitAsync(ChildProcess child)
    {
        if (!_children.Remove(child))
            return;
        var how = child.DescribeExit();
        if (child.Role == ChildRole.Worker)
            await ReclaimAsync(child, how).ConfigureAwait(false);
        if (child.Failure is { } failure)
        {
            _fatal ??= failure;
            BeginStop();
        }

        // A worker that was told to go has a successor already; when the cluster stops nobody needs one.
        var isReplaced = child.IsDraining || _stopAtTicks != 0;
        if (!isReplaced)
        {
            _restarts++;
            var pause = PauseBefore(child);
            SentinelLog.ChildDied(_logger, child.Role, child.Ordinal, child.Pid, how, pause);
            if (pause == 0)
                Start(child.Role, child.Ordinal);
            else
                Background.Watch(StartLaterAsync(child.Role, child.Ordinal, pause));
        }
        else if (_stopAtTicks != 0 && child.Role != ChildRole.Worker && _children.Exists(c => c.Role == ChildRole.Worker))
        {
            // It died while the workers still need it.
            Start(child.Role, child.Ordinal);
        }

        child.Dispose();
    }

    private async Task StartLaterAsync(ChildRole role, int ordinal, long pause)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(pause)).ConfigureAwait(false);
        _events.Writer.TryWrite(() =>
        {
            if (_stopAtTicks == 0)
                Start(role, ordinal);
            return Task.CompletedTask;
        });
    }

    /// <summary>None after a decent life; growing while one successor after the other dies young.</summary>
    private long PauseBefore(ChildProcess child)
    {
        var place = (child.Role, child.Ordinal);
        var shortLives = Environment.TickCount64 - child.StartedTicks < ShortLifeMilliseconds ? _shortLives.GetValueOrDefault(place) + 1 : 0;
        _shortLives[place] = shortLives;
        return shortLives < 3 ? 0 : Math.Min(5_000, 50L << Math.Min(10, shortLives - 3));
    }

    private async Task ReclaimAsync(ChildProcess child, string how)
    {
        var running = child.Slots!.Running(writerIsDead: true);
        var gone = new GoneWorker
        {
            Incarnation = child.Incarnation,
            Cluster = _cluster,
            How = how,
            IsFault = !child.IsDraining && child.Culprit is null,
            Begun = running.Select(r => r.Attempt).ToArray(),
            Running = running,
            Culprit = child.Culprit,
            CancelRequested = _cancelling.Keys.ToHashSet(),
        };
        File.Delete(_factory.SlotsPath(child.Incarnation));
        foreach (var task in running)
            _cancelling.Remove(GuidOf(task));
        try
        {
            await _reclaimer.ReclaimAsync(gone, _forced.Token).ConfigureAwait(false);
        }
        catch (BrokerException e)
        {
            // [crash point 10] Redis is away: what the worker had is still in flight there, and is taken back once it returns.
            SentinelLog.RedisAway(_logger, e.Message);
            _retries.Add(gone);
        }
        catch (OperationCanceledException)
        {
            // Stopping at once: whoever looks for orphans finds it.
        }
    }

    private async Task RetryReclaimsAsync()
    {
        foreach (var gone in _retries.ToArray())
        {
            try
            {
                await _reclaimer.ReclaimAsync(gone, _forced.Token).ConfigureAwait(false);
                _retries.Remove(gone);
            }
            catch (Exception e) when (e is BrokerException or OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task JoinAsync()
    {
        foreach (var broker in _brokers)
        {
            await broker.HeartbeatAsync(_cluster, _options.HeartbeatTtl, Describe(), first: true, [], _forced.Token).ConfigureAwait(false);
            await broker.AnnounceAsync(_options.Name, _forced.Token).ConfigureAwait(false);
            _subscriptions.Add(await _connection.SubscribeAsync(broker.Keys.CancelChannelPrefix + _cluster, id => _events.Writer.TryWrite(() => OnCancelAsync(id)), _forced.Token).ConfigureAwait(false));
        }

        _lastHeartbeatTicks = _heartbeatsUnbrokenSince = Environment.TickCount64;
        _registered = true;
    }

    private async Task HeartbeatAsync(long now)
    {
        var ttl = (long)_options.HeartbeatTtl.TotalMilliseconds;
        if (now - _lastHeartbeatTicks < Math.Min(ttl / 4, LongestHeartbeatMilliseconds))
            return;
        try
        {
            var handled = _cancelsHandled.ToArray();
            foreach (var broker in _brokers)
            {
                var cancels = await broker.HeartbeatAsync(_cluster, _options.HeartbeatTtl, Describe(), first: false, handled, _forced.Token).ConfigureAwait(false);
                if (cancels is null)
                {
                    await StartOverAsync().ConfigureAwait(false);
                    return;
                }

                foreach (var id in cancels)
                    await OnCancelAsync(id).ConfigureAwait(false);
            }

            _cancelsHandled.RemoveRange(0, handled.Length);
            if (now - _lastHeartbeatTicks > ttl)
                _heartbeatsUnbrokenSince = now;
            _lastHeartbeatTicks = now;
            // After an outage of Redis everyone's heartbeat may have run out: all get time to come back.
            if (now - _heartbeatsUnbrokenSince > ttl && now - _lastOrphansTicks > ttl / 4)
            {
                _lastOrphansTicks = now;
                await AdoptOrphansAsync().ConfigureAwait(false);
            }
        }
        catch (BrokerException e)
        {
            SentinelLog.RedisAway(_logger, e.Message);
        }
        catch (OperationCanceledException)
        {
            // Stopping at once.
        }
    }

    private async Task AdoptOrphansAsync()
    {
        foreach (var broker in _brokers)
        {
            foreach (var (incarnation, cluster) in await broker.OrphansAsync(_forced.Token).ConfigureAwait(false))
            {
                SentinelLog.Orphan(_logger, incarnation, cluster);
                await _reclaimer.ReclaimAsync(
                    new GoneWorker { Incarnation = incarnation, Cluster = cluster, How = "went away with its cluster, whose heartbeat ran out", IsFault = true },
                    _forced.Token).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Everything this cluster had has been given to others: its processes must go, and new ones take their place.</summary>
    private async Task StartOverAsync()
    {
        SentinelLog.DeclaredDead(_logger, _cluster);
        _registered = false;
        foreach (var child in _children.Where(c => c.Role == ChildRole.Worker).ToArray())
        {
            child.Drain();
            child.Kill();
        }

        foreach (var subscription in _subscriptions)
            await subscription.DisposeAsync().ConfigureAwait(false);
        _subscriptions.Clear();
        _cluster = NewIdentity();
        await JoinAsync().ConfigureAwait(false);
        if (_stopAtTicks == 0)
        {
            for (var i = 0; i < _options.Workers; i++)
                Start(ChildRole.Worker, i);
        }
    }

    private Task OnCancelAsync(byte[] id)
    {
        if (id.Length != TaskId.ByteLength)
            return Task.CompletedTask;
        if (_cancelling.TryAdd(new Guid(id, bigEndian: true), Environment.TickCount64))
        {
            foreach (var worker in _children.Where(c => c.Role == ChildRole.Worker))
                worker.Control?.Send(FrameType.Cancel, [(byte)TaskCancelReason.User, .. id]);
        }

        _cancelsHandled.Add(id);
        Forget();
        return Task.CompletedTask;
    }

    /// <summary>Cancels of tasks that have ended since need not be remembered for ever.</summary>
    private void Forget()
    {
        const int many = 1000;
        if (_cancelling.Count < many)
            return;
        var running = _children.Where(c => c.Slots is not null).SelectMany(c => c.Slots!.Running()).Select(GuidOf).ToHashSet();
        foreach (var id in _cancelling.Keys.Where(k => !running.Contains(k)).ToArray())
            _cancelling.Remove(id);
    }

    private async Task<bool> IsIdleAsync()
    {
        try
        {
            var broker = new RedisBroker(_connection, _options.Name, TimeProvider.System, _logger);
            foreach (var queue in _options.EffectiveQueues)
            {
                var sizes = await broker.SizesAsync(queue, _forced.Token).ConfigureAwait(false);
                if (sizes.Waiting + sizes.Running + sizes.Delayed > 0)
                    return false;
            }

            return true;
        }
        catch (BrokerException)
        {
            return false;
        }
    }

    private void OnFrame(FrameConnection connection, FrameType type, ReadOnlySpan<byte> body)
    {
        if (type == FrameType.Hello)
        {
            var pid = BinaryPrimitives.ReadInt32BigEndian(body[5..]);
            _events.Writer.TryWrite(() => WelcomeAsync(connection, pid));
            return;
        }

        if (connection.Tag is not ChildProcess child)
            return;
        if (type == FrameType.Fenced)
        {
            var incarnation = Encoding.UTF8.GetString(body);
            _events.Writer.TryWrite(() =>
            {
                foreach (var worker in _children.Where(c => c.Incarnation == incarnation))
                    worker.IsFenced = true;
                return Task.CompletedTask;
            });
            return;
        }

        child.OnFrame(type, body);
        if (type == FrameType.Ready)
            _events.Writer.TryWrite(ReportReadyAsync);
    }

    private Task ReportReadyAsync()
    {
        if (!_reportedReady && _children.TrueForAll(c => c.IsReady))
        {
            _reportedReady = true;
            SentinelLog.Ready(_logger, _cluster);
        }

        return Task.CompletedTask;
    }

    private async Task WelcomeAsync(FrameConnection connection, int pid)
    {
        if (_children.Find(c => c.Pid == pid) is not { } child)
        {
            connection.Dispose();
            return;
        }

        if (child.Role == ChildRole.Worker && !await RegisterAsync(child).ConfigureAwait(false))
        {
            // Without a registration it would be given nothing; it starts again.
            child.Kill();
            return;
        }

        connection.Tag = child;
        child.Attach(connection);
        connection.Send(FrameType.Welcome, JsonSerializer.SerializeToUtf8Bytes(SettingsFor(child), ChildJson.Default.ChildSettings));
        if (child.IsDraining)
            child.Drain();
    }

    private async Task<bool> RegisterAsync(ChildProcess child)
    {
        try
        {
            foreach (var broker in _brokers)
            {
                if (!await broker.RegisterAsync(child.Incarnation, _cluster, _forced.Token).ConfigureAwait(false))
                    return false;
            }

            return true;
        }
        catch (Exception e) when (e is BrokerException or OperationCanceledException)
        {
            SentinelLog.RedisAway(_logger, e.Message);
            return false;
        }
    }

    private ChildSettings SettingsFor(ChildProcess child) => new()
    {
        Cluster = _cluster,
        Incarnation = child.Incarnation,
        Folder = _folder,
        SlotsPath = child.Slots is null ? null : _factory.SlotsPath(child.Incarnation),
        Name = _options.Name,
        Redis = child.Role == ChildRole.Worker ? null : _options.Redis,
        Secrets = [.. _options.Secrets],
        Queues = _options.EffectiveQueues,
        DefaultQueue = _options.Queue,
        Concurrency = _options.Concurrency,
        TimeoutSeconds = _options.Timeout?.TotalSeconds,
        GraceSeconds = _options.Grace.TotalSeconds,
        ResultTtlSeconds = _options.ResultTtl.TotalSeconds,
        CallTimeoutSeconds = _options.CallTimeout.TotalSeconds,
        Compress = _options.Compress,
        MaxPacketBytes = _options.MaxPacketBytes,
        Apps = [.. _options.Apps],
    };

    private void OnControlClosed(FrameConnection connection, Exception? error)
    {
        if (error is not null)
            SentinelLog.ChildRefused(_logger, error.Message);
    }

    private byte[] Describe() => ClusterDescriber.Describe(
        _options,
        _cluster,
        _started,
        _stopAtTicks != 0 ? "stopping" : _reportedReady ? null : "starting",
        _restarts,
        _recycles,
        _children);

    private async Task TearDownAsync()
    {
        var workers = _children.Where(c => c.Role == ChildRole.Worker).ToArray();
        foreach (var worker in workers)
        {
            worker.Drain();
            worker.Kill();
        }

        foreach (var child in _children.Where(c => c.Role != ChildRole.Worker))
        {
            child.Drain();
            child.LetGo();
        }

        await Task.WhenAny(Task.WhenAll(_children.Select(c => c.Exited)), Task.Delay(TimeSpan.FromSeconds(2))).ConfigureAwait(false);
        foreach (var child in _children)
            child.Kill();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            foreach (var worker in workers)
                await _reclaimer.ReclaimAsync(new GoneWorker { Incarnation = worker.Incarnation, Cluster = _cluster, How = "was stopped", IsFault = false }, limit.Token).ConfigureAwait(false);
            foreach (var gone in _retries)
                await _reclaimer.ReclaimAsync(gone, limit.Token).ConfigureAwait(false);
            if (_registered)
            {
                foreach (var broker in _brokers)
                    await broker.LeaveAsync(_cluster, limit.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is BrokerException or OperationCanceledException)
        {
            // Its heartbeat runs out by itself, and others take what is left.
            SentinelLog.RedisAway(_logger, e.Message);
        }
    }

    private static string NewIdentity() => Convert.ToHexStringLower(Guid.NewGuid().ToByteArray().AsSpan(0, 6));

    private static Guid GuidOf(RunningTask task) => ClusterDescriber.GuidOf(task);

    private string IdOf(RunningTask task) => ClusterDescriber.IdOf(_options, task);

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        foreach (var subscription in _subscriptions)
            await subscription.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
        foreach (var child in _children)
            child.Dispose();
        _forced.Dispose();
        PrivateFolder.Delete(_folder);
    }
}
