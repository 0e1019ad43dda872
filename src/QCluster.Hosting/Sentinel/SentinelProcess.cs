using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using QCluster.Client.Results;
using QCluster.Hosting.Sentinel.BlackBox;
using QCluster.Model;
using QCluster.Model.Faults;
using QCluster.Hosting.Channels;
using QCluster.Hosting.Logging;
using QCluster.Hosting.Children;
using QCluster.Hosting.Threading;
using QCluster.Queue;
using QCluster.Queue.Queues;
using QCluster.Queue.Clusters;
using QCluster.Redis;

namespace QCluster.Hosting.Sentinel;

/// <summary>
/// One cluster: starts the pusher, the workers and the monitor, replaces what dies, enforces deadlines, gives a dead worker's
/// tasks back, keeps the cluster's heartbeat in Redis, and drains when it is told to stop. Runs no user code.
/// </summary>
/// <remarks>All state is changed by one loop, which takes events from a channel and looks around each guard cycle.</remarks>
internal sealed class SentinelProcess : IAsyncDisposable
{
    private const int MaxProcessWorkers = 1024;
    private static readonly TimeSpan RedisFarewell = TimeSpan.FromSeconds(2);

    private readonly ClusterOptions _options;
    private readonly ILogger _logger;
    private readonly RedisConnection _connection;
    private readonly Reclaimer _reclaimer;
    private readonly string _folder;
    private readonly ChildFactory _factory;
    private readonly System.Net.Sockets.Socket _listener;
    private readonly Channel<Action> _events = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly List<ChildProcess> _children = [];
    private readonly Membership _membership;
    private readonly CancelBook _cancels = new();
    private readonly RestartPauses _pauses = new();
    private readonly StopPlan _stop;
    private readonly ChildGuard _guard;
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ClusterDescriber _describer;
    private readonly ClusterMetrics _metrics;
    private readonly QueueScripts _queueScripts;
    private readonly SystemdStatus _systemd = new();
    private readonly OrphanReaper? _orphans = Environment.ProcessId == 1 ? new OrphanReaper() : null;
    private readonly CancellationTokenSource _forced = new();
    private readonly CancellationTokenSource _starting = new();
    private readonly RedisWorkQueue _redis;
    private long _restarts;
    private long _recycles;
    private volatile int _busy;
    private bool _reportedReady;
    private bool _hasProcessWorkers;
    private bool _isKeepingUp;
    private string? _fatal;

    /// <param name="options">Its settings.</param>
    /// <param name="logger">Its own log.</param>
    /// <param name="logs">Those of its processes.</param>
    public SentinelProcess(ClusterOptions options, ILogger logger, ChildLogs logs)
    {
        options.Validate();
        FaultPoint.Check();
        _options = options;
        _describer = new ClusterDescriber(options);
        _logger = logger;
        _connection = RedisConnection.Create(
            options.ToRedisSettings(),
            new RedisConnectionOptions { ClientName = "qcluster-sentinel", CallTimeout = options.CallTimeout },
            logger,
            TimeProvider.System);
        _queueScripts = new QueueScripts(new RedisTransport(_connection, options.Name, TimeProvider.System, logger));
        _metrics = new ClusterMetrics(options, () => _busy);
        var brokers = options.EffectiveQueues.Select(q => new ClusterQueue(_connection, new RedisKeys(options.Name, q), options.MaxPacketBytes)).ToArray();
        _reclaimer = new Reclaimer(options, brokers, logger);
        _membership = new Membership(options, _connection, brokers, _reclaimer, logger);
        _folder = PrivateFolder.Create();
        var controlSocket = Path.Combine(_folder, "control.sock");
        _listener = LocalSocket.Listen(controlSocket);
        _factory = new ChildFactory(_folder, controlSocket, options, logger, logs);
        _stop = new StopPlan(options.Grace);
        _guard = new ChildGuard(options, _cancels, _factory, _describer);
        _redis = new RedisWorkQueue(logger, _forced.Token);
    }

    /// <summary>Completes once the cluster has its place in Redis, or waits for Redis.</summary>
    public Task Started => _started.Task;

    private string Cluster => _membership.Cluster;

    private IEnumerable<ChildProcess> Workers => _children.Where(c => c.Role == ChildRole.Worker);

    /// <summary>Runs until stopped. Returns an error text, or null when all went as it should.</summary>
    public async Task<string?> RunAsync()
    {
        LocalSocket.AcceptInBackground(_listener, "control accept", socket =>
            new FrameConnection(socket, 1 << 20).Start("control", OnFrame, OnControlClosed));

        try
        {
            await ResultStores.RequireAsync(_options.Results, _starting.Token).ConfigureAwait(false);
            await JoinWhenThereAsync().ConfigureAwait(false);
            _started.TrySetResult();
            SentinelLog.Starting(_logger, Cluster, string.Join(", ", _options.EffectiveQueues), _options.Workers, _options.Concurrency, _connection.Display, _options.Secrets.Count > 0 ? "on" : "off");
            Start(ChildRole.Pusher, 0);
            Start(ChildRole.Monitor, 0);
            StartWorkers();
            await LoopAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_starting.IsCancellationRequested && _children.Count == 0)
        {
            // Stopped before it had a place in Redis: there is nothing to drain.
            _started.TrySetResult();
        }
        finally
        {
            await TearDownAsync().ConfigureAwait(false);
        }

        SentinelLog.Stopped(_logger, Cluster);
        return _fatal;
    }

    /// <summary>The first call drains; a second one stops at once.</summary>
    public void RequestStop()
    {
        _starting.Cancel();
        Post(() =>
        {
            if (!_stop.IsStopping)
            {
                BeginStop();
            }
            else
            {
                SentinelLog.Forced(_logger);
                _forced.Cancel();
            }
        });
    }

    /// <summary>Has the loop do something.</summary>
    private void Post(Action change) => _events.Writer.TryWrite(change);

    private void BeginStop()
    {
        if (_stop.IsStopping)
            return;
        SentinelLog.Stopping(_logger, Cluster, _options.Grace.TotalSeconds);
        _membership.Hurry();
        _systemd.Stopping($"cluster {Cluster} lets its tasks finish");
        _stop.Begin(Environment.TickCount64);
        foreach (var child in _children.Where(c => c.Role != ChildRole.Monitor))
            child.Drain();
    }

    private async Task LoopAsync()
    {
        while (!_forced.IsCancellationRequested)
        {
            Guard();
            if (_stop.IsStopping && !_children.Exists(c => c.Role == ChildRole.Worker))
                return;

            var cycle = !_stop.IsStopping ? _options.GuardCycle : TimeSpan.FromMilliseconds(20);
            using var wait = CancellationTokenSource.CreateLinkedTokenSource(_forced.Token);
            wait.CancelAfter(cycle);
            try
            {
                while (true)
                {
                    var next = await _events.Reader.ReadAsync(wait.Token).ConfigureAwait(false);
                    next();
                    if (_stop.IsStopping)
                        break;
                }
            }
            catch (OperationCanceledException)
            {
                // Time to look around.
            }
        }
    }

    private void Guard()
    {
        var now = Environment.TickCount64;
        _systemd.Alive(now);
        _orphans?.Look(now);
        // What runs for long must be seen to run.
        if (_describer.HasNews(_children, now))
            _membership.Hurry();
        KeepUp(now);
        foreach (var child in _children.Where(c => !c.HasExited).ToArray())
        {
            if (_guard.Judge(child, now, _stop.IsStopping) is { } verdict)
                Carry(child, verdict);
        }

        if (_stop.IsStopping)
            GuardStop(now);
        else if (_options.RunOnce && _reportedReady)
            StopWhenIdle();
    }

    private void Carry(ChildProcess child, GuardVerdict verdict)
    {
        switch (verdict.Measure)
        {
            case GuardAction.Kill:
                Kill(child, verdict.Kind, verdict.Reason);
                break;
            case GuardAction.Condemn:
                child.Culprit = (verdict.Culprit!.Attempt, verdict.Cancel);
                Condemn(child, verdict.Kind, verdict.Reason);
                break;
            default:
                // Whatever the tasks of a fenced one bring is refused.
                if (child.IsFenced)
                    child.Control?.Send(FrameType.Cancel, [(byte)TaskCancelReason.LeaseLost]);
                Replace(child, verdict.Reason);
                break;
        }
    }

    private void GuardStop(long now)
    {
        if (_stop.IsTimeToCancel(now))
        {
            foreach (var child in Workers)
                child.Control?.Send(FrameType.Cancel, [(byte)TaskCancelReason.Shutdown]);
        }

        if (_stop.IsTimeToKill(now))
        {
            foreach (var child in Workers.Where(c => !c.HasExited))
                Kill(child, "shutdown", "the grace period has ended");
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

    private void Kill(ChildProcess child, string kind, string reason)
    {
        SentinelLog.Killing(_logger, child.Role, child.Ordinal, child.Pid, reason);
        ClusterMetrics.Killed(NameOf(child.Role), kind);
        if (child.Role == ChildRole.Worker)
            Suspend(child);
        child.Kill();
    }

    /// <summary>Kills it as soon as it has been seen what its threads are doing.</summary>
    private void Condemn(ChildProcess child, string kind, string reason)
    {
        child.IsCondemned = true;
        Suspend(child);
        Background.Watch(LookAndKillAsync(child, kind, reason));
    }

    private async Task LookAndKillAsync(ChildProcess child, string kind, string reason)
    {
        var stacks = await TaskSight.TakeAsync(child).ConfigureAwait(false);
        Post(() =>
        {
            child.Stacks = stacks;
            Kill(child, kind, reason);
        });
    }

    private static string NameOf(ChildRole role) => role.ToString().ToLowerInvariant();

    private void Start(ChildRole role, int ordinal) =>
        _children.Add(_factory.Start(role, ordinal, Cluster, child => Post(() => OnExit(child))));

    private void OnExit(ChildProcess child)
    {
        if (!_children.Remove(child))
            return;
        var how = child.DescribeExit();
        if (child.Role == ChildRole.Worker)
            Reclaim(child, how);
        if (child.Failure is { } failure)
        {
            _fatal ??= failure;
            BeginStop();
        }

        if (!_reportedReady && _pauses.CannotStart(child))
        {
            _fatal ??= $"The cluster cannot start: {NameOf(child.Role)} {child.Ordinal} ended again and again before it was ready. The last time its process {how}.";
            BeginStop();
        }

        // A worker that was told to go has a successor already; when the cluster stops nobody needs one.
        var isReplaced = child.IsDraining || _stop.IsStopping;
        if (!isReplaced)
        {
            _restarts++;
            ClusterMetrics.Restarted(NameOf(child.Role));
            var pause = _pauses.After(child);
            SentinelLog.ChildDied(_logger, child.Role, child.Ordinal, child.Pid, how, pause);
            if (pause == 0)
                Start(child.Role, child.Ordinal);
            else
                Background.Watch(StartLaterAsync(child.Role, child.Ordinal, pause));
        }
        else if (_stop.IsStopping && child.Role != ChildRole.Worker && _children.Exists(c => c.Role == ChildRole.Worker))
        {
            // It died while the workers still need it.
            Start(child.Role, child.Ordinal);
        }

        child.Dispose();
    }

    private async Task StartLaterAsync(ChildRole role, int ordinal, long pause)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(pause)).ConfigureAwait(false);
        Post(() =>
        {
            if (!_stop.IsStopping)
                Start(role, ordinal);
        });
    }

    private void Reclaim(ChildProcess child, string how)
    {
        var running = child.Slots!.Running(writerIsDead: true);
        var gone = new GoneWorker
        {
            Incarnation = child.Incarnation,
            Cluster = Cluster,
            How = how,
            IsFault = !child.IsDraining && child.Culprit is null,
            Begun = running.Select(r => r.Attempt).ToArray(),
            Running = running,
            Culprit = child.Culprit,
            Stacks = child.Stacks,
            CancelRequested = _cancels.Ids,
        };
        File.Delete(_factory.SlotsPath(child.Incarnation));
        foreach (var task in running)
            _cancels.Remove(GuidOf(task));
        _redis.Post(async cancellationToken =>
        {
            await _reclaimer.ReclaimSurelyAsync(gone, cancellationToken).ConfigureAwait(false);
            FaultPoint.Pass(CrashPoint.WorkerReclaimed, _connection.Drop);
        });
    }

    private async Task JoinWhenThereAsync()
    {
        using var starting = CancellationTokenSource.CreateLinkedTokenSource(_starting.Token, _forced.Token);
        var isChecked = false;
        while (true)
        {
            try
            {
                if (!isChecked)
                    await CheckServerAsync(starting.Token).ConfigureAwait(false);
                isChecked = true;
                await JoinAsync(starting.Token).ConfigureAwait(false);
                return;
            }
            catch (BrokerException e) when (_options.WaitForRedis && e.Problem is (BrokerProblem.Unavailable or BrokerProblem.ReadOnly))
            {
                // The call has already waited for the whole call time-out.
                SentinelLog.WaitingForRedis(_logger, e.Message);
                _started.TrySetResult();
            }
        }
    }

    /// <exception cref="BrokerException">The server may drop what it has accepted.</exception>
    private async Task CheckServerAsync(CancellationToken cancellationToken)
    {
        if (await _queueScripts.ServerAsync(TaskId.DefaultQueue, cancellationToken).ConfigureAwait(false) is not { } server)
        {
            SentinelLog.ServerUnknown(_logger, _connection.Display);
            return;
        }

        if (server.IsActiveReplica)
            throw new BrokerException(BrokerProblem.Unsafe, $"Redis at {_connection.Display} cannot be used. {RedisServerState.ActiveReplicaProblem}");
        if (server.Loss is not { } loss)
            return;
        if (!_options.AllowEviction)
            throw new BrokerException(BrokerProblem.Unsafe, $"Redis at {_connection.Display} may lose tasks. {loss} {RedisServerState.Remedy} To start anyway: allow_eviction=true.");
        SentinelLog.Evicts(_logger, _connection.Display, loss);
    }

    private Task JoinAsync(CancellationToken cancellationToken) =>
        _membership.JoinAsync(Describe(), id => Post(() => OnCancel(id)), cancellationToken);

    private void StartWorkers()
    {
        for (var i = 0; i < _options.Workers; i++)
            Start(ChildRole.Worker, i);
        if (_options.ProcessWarm || _hasProcessWorkers)
            StartProcessWorkers();
    }

    /// <summary>As many isolated tasks go on as the settings say, however many wait for others: processes step in, and stay.</summary>
    private void StepIn()
    {
        var isolated = Workers.Where(c => _factory.IsIsolated(c.Ordinal) && !c.IsDraining).ToArray();
        var wanted = Math.Min(_options.ProcessWorkers + isolated.Count(c => c.IsLent), MaxProcessWorkers);
        for (var count = isolated.Length; count < wanted; count++)
            Start(ChildRole.Worker, _options.Workers + count);
    }

    /// <summary>For tasks that get a worker to themselves.</summary>
    private void StartProcessWorkers()
    {
        _hasProcessWorkers = true;
        for (var i = 0; i < _options.ProcessWorkers; i++)
            Start(ChildRole.Worker, _options.Workers + i);
    }

    /// <summary>Heartbeat, cancels, and the tasks of workers that are gone: all that can wait while Redis is away.</summary>
    private void KeepUp(long now)
    {
        if (_isKeepingUp || !_membership.IsDue(now))
            return;
        _isKeepingUp = true;
        var (report, handled) = (Describe(), _cancels.Handled);
        _redis.Post(async cancellationToken =>
        {
            try
            {
                if (await _membership.HeartbeatAsync(now, report, handled, cancellationToken).ConfigureAwait(false) is not { } cancels)
                {
                    Post(StartOver);
                    return;
                }

                FaultPoint.Pass(CrashPoint.HeartbeatSent, _connection.Drop);
                Post(() =>
                {
                    _cancels.Told(handled.Length);
                    foreach (var id in cancels)
                        OnCancel(id);
                });
                await _reclaimer.RetryAsync(cancellationToken).ConfigureAwait(false);
                await _membership.AdoptOrphansAsync(now, cancellationToken).ConfigureAwait(false);
                await _metrics.ReadAsync(_queueScripts, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                Post(() => _isKeepingUp = false);
            }
        });
    }

    /// <summary>Everything this cluster had has been given to others: its processes must go, and new ones take their place.</summary>
    private void StartOver()
    {
        SentinelLog.DeclaredDead(_logger, Cluster);
        foreach (var child in Workers.ToArray())
        {
            child.Drain();
            child.Kill();
        }

        _redis.Post(TakeNewIdentityAsync);
    }

    private async Task TakeNewIdentityAsync(CancellationToken cancellationToken)
    {
        await _membership.TakeNewIdentityAsync().ConfigureAwait(false);
        var joined = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() => joined.TrySetResult(JoinAsync(cancellationToken)));
        await (await joined.Task.WaitAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        Post(() =>
        {
            if (!_stop.IsStopping)
                StartWorkers();
        });
    }

    private void OnCancel(byte[] id)
    {
        if (id.Length != TaskId.ByteLength)
            return;
        if (_cancels.Add(id))
        {
            foreach (var worker in Workers)
                worker.Control?.Send(FrameType.Cancel, [(byte)TaskCancelReason.User, .. id]);
        }

        _cancels.Forget(() => _children.Where(c => c.Slots is not null).SelectMany(c => c.Slots!.Running()).Select(GuidOf));
    }

    private void StopWhenIdle() => _redis.Post(async cancellationToken =>
    {
        foreach (var queue in _options.EffectiveQueues)
        {
            var sizes = await _queueScripts.SizesAsync(queue, cancellationToken).ConfigureAwait(false);
            // Of a paused queue nothing will be run.
            if (sizes.Running > 0 || (sizes.PausedSince is null && sizes.Waiting + sizes.Delayed > 0))
                return;
        }

        Post(BeginStop);
    });

    private void OnFrame(FrameConnection connection, FrameType type, ReadOnlySpan<byte> body)
    {
        if (type == FrameType.Hello)
        {
            var pid = BinaryPrimitives.ReadInt32BigEndian(body[5..]);
            Post(() => Receive(connection, pid));
            return;
        }

        if (connection.Tag is not ChildProcess child)
            return;
        if (type == FrameType.Fenced)
        {
            var incarnation = Encoding.UTF8.GetString(body);
            Post(() =>
            {
                foreach (var worker in _children.Where(c => c.Incarnation == incarnation))
                    worker.IsFenced = true;
            });
            return;
        }

        if (type == FrameType.NeedProcess)
        {
            Post(() =>
            {
                if (!_hasProcessWorkers && !_stop.IsStopping)
                    StartProcessWorkers();
            });
            return;
        }

        if (type == FrameType.Lent)
        {
            var isLent = body[0] == 1;
            Post(() =>
            {
                child.IsLent = isLent;
                if (!_stop.IsStopping)
                    StepIn();
            });
            return;
        }

        child.OnFrame(type, body);
        if (type == FrameType.Ready)
            Post(ReportReady);
    }

    private void ReportReady()
    {
        if (_reportedReady || !_children.TrueForAll(c => c.IsReady))
            return;
        _reportedReady = true;
        SentinelLog.Ready(_logger, Cluster);
        _membership.Hurry();
        _systemd.Ready($"cluster {Cluster} serves {string.Join(", ", _options.EffectiveQueues)}");
    }

    private void Receive(FrameConnection connection, int pid)
    {
        if (_children.Find(c => c.Pid == pid) is not { } child)
        {
            connection.Dispose();
            return;
        }

        if (child.Role != ChildRole.Worker)
        {
            Welcome(child, connection);
            return;
        }

        _redis.Post(async cancellationToken =>
        {
            // Registered first: a worker that Redis does not know would be given nothing. Without a registration it starts again.
            var isRegistered = await _membership.RegisterAsync(child.Incarnation, cancellationToken).ConfigureAwait(false);
            Post(() =>
            {
                if (isRegistered)
                    Welcome(child, connection);
                else if (_children.Contains(child))
                    child.Kill();
            });
        });
    }

    private void Welcome(ChildProcess child, FrameConnection connection)
    {
        if (!_children.Contains(child))
        {
            connection.Dispose();
            return;
        }

        connection.Tag = child;
        child.Attach(connection);
        connection.Send(FrameType.Welcome, JsonSerializer.SerializeToUtf8Bytes(_factory.SettingsFor(child, Cluster), ChildJson.Default.ChildSettings));
        if (child.IsDraining)
            child.Drain();
    }

    private void OnControlClosed(FrameConnection connection, Exception? error)
    {
        if (error is not null)
            SentinelLog.ChildRefused(_logger, error.Message);
    }

    private ClusterReport Describe()
    {
        var report = _describer.Describe(
            Cluster,
            _stop.IsStopping ? "stopping" : _reportedReady ? null : "starting",
            _restarts,
            _recycles,
            _children);
        _busy = report.Busy;
        return report;
    }

    private async Task TearDownAsync()
    {
        var workers = Workers.ToArray();
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
        using var limit = new CancellationTokenSource(RedisFarewell);
        await _redis.CompleteAsync(RedisFarewell).ConfigureAwait(false);
        try
        {
            foreach (var worker in workers)
                await _reclaimer.ReclaimAsync(new GoneWorker { Incarnation = worker.Incarnation, Cluster = Cluster, How = "was stopped", IsFault = false }, limit.Token).ConfigureAwait(false);
            await _reclaimer.RetryAsync(limit.Token).ConfigureAwait(false);
            await _membership.LeaveAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is BrokerException or OperationCanceledException)
        {
            // The heartbeat expires by itself, and other clusters take what is left.
            SentinelLog.RedisUnavailable(_logger, e is BrokerException ? e.Message : $"it could not be notified of the stop within {RedisFarewell.TotalSeconds:0} s");
        }
    }

    private static Guid GuidOf(RunningTask task) => ClusterDescriber.GuidOf(task);

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _membership.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
        foreach (var child in _children)
            child.Dispose();
        _metrics.Dispose();
        _forced.Dispose();
        _starting.Dispose();
        PrivateFolder.Delete(_folder);
    }
}
