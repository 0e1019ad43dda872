using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using QCluster.Faults;
using QCluster.Hosting.Channels;
using QCluster.Hosting.Logging;
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
    private const int MostProcessWorkers = 1024;

    private readonly ClusterOptions _options;
    private readonly ILogger _logger;
    private readonly RedisConnection _connection;
    private readonly Reclaimer _reclaimer;
    private readonly string _folder;
    private readonly ChildFactory _factory;
    private readonly System.Net.Sockets.Socket _listener;
    private readonly Channel<Func<Task>> _events = Channel.CreateUnbounded<Func<Task>>(new UnboundedChannelOptions { SingleReader = true });
    private readonly List<ChildProcess> _children = [];
    private readonly Membership _membership;
    private readonly CancelBook _cancels = new();
    private readonly RestartPauses _pauses = new();
    private readonly StopPlan _stop;
    private readonly ChildGuard _guard;
    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ClusterDescriber _describer;
    private readonly ClusterMetrics _metrics;
    private readonly RedisBroker _client;
    private readonly SystemdNotifier _systemd = new();
    private readonly OrphanReaper? _orphans = Environment.ProcessId == 1 ? new OrphanReaper() : null;
    private readonly CancellationTokenSource _forced = new();
    private long _restarts;
    private long _recycles;
    private volatile int _busy;
    private bool _reportedReady;
    private bool _hasProcessWorkers;
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
            RedisSettings.Parse(options.Redis),
            new RedisConnectionOptions { ClientName = "qcluster-sentinel", CallTimeout = options.CallTimeout },
            logger,
            TimeProvider.System);
        _client = new RedisBroker(_connection, options.Name, TimeProvider.System, logger);
        _metrics = new ClusterMetrics(options, () => _busy);
        var brokers = options.EffectiveQueues.Select(q => new ClusterBroker(_connection, new RedisKeys(options.Name, q), options.MaxPacketBytes)).ToArray();
        _reclaimer = new Reclaimer(options, brokers, logger);
        _membership = new Membership(options, _connection, brokers, _reclaimer, logger);
        _folder = PrivateFolder.Create();
        var controlSocket = Path.Combine(_folder, "control.sock");
        _listener = LocalSocket.Listen(controlSocket);
        _factory = new ChildFactory(_folder, controlSocket, options, logger, logs);
        _stop = new StopPlan(options.Grace);
        _guard = new ChildGuard(options, _cancels, _factory, _describer);
    }

    /// <summary>Done once the cluster has its place in Redis.</summary>
    public Task Joined => _joined.Task;

    private string Cluster => _membership.Cluster;

    private IEnumerable<ChildProcess> Workers => _children.Where(c => c.Role == ChildRole.Worker);

    /// <summary>Runs until stopped. Returns an error text, or null when all went as it should.</summary>
    public async Task<string?> RunAsync()
    {
        SentinelLog.Starting(_logger, Cluster, string.Join(", ", _options.EffectiveQueues), _options.Workers, _options.Concurrency, _connection.Display, _options.Secrets.Count > 0 ? "on" : "off");
        LocalSocket.AcceptInBackground(_listener, "control accept", socket =>
            new FrameConnection(socket, 1 << 20).Start("control", OnFrame, OnControlClosed));

        try
        {
            await JoinAsync().ConfigureAwait(false);
            _joined.TrySetResult();
            Start(ChildRole.Pusher, 0);
            Start(ChildRole.Monitor, 0);
            StartWorkers();
            await LoopAsync().ConfigureAwait(false);
        }
        finally
        {
            await TearDownAsync().ConfigureAwait(false);
        }

        SentinelLog.Stopped(_logger, Cluster);
        return _fatal;
    }

    /// <summary>The first call drains; a second one stops at once.</summary>
    public void RequestStop() => _events.Writer.TryWrite(() =>
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

        return Task.CompletedTask;
    });

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
            await GuardAsync().ConfigureAwait(false);
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
                    await next().ConfigureAwait(false);
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

    private async Task GuardAsync()
    {
        var now = Environment.TickCount64;
        _systemd.Alive(now);
        _orphans?.Look(now);
        // What runs for long must be seen to run.
        if (_describer.HasNews(_children, now))
            _membership.Hurry();
        await KeepUpAsync(now).ConfigureAwait(false);
        foreach (var child in _children.Where(c => !c.HasExited).ToArray())
        {
            if (_guard.Judge(child, now, _stop.IsStopping) is { } verdict)
                Carry(child, verdict);
        }

        if (_stop.IsStopping)
            GuardStop(now);
        else if (_options.RunOnce && _reportedReady && await IsIdleAsync().ConfigureAwait(false))
            BeginStop();
    }

    private void Carry(ChildProcess child, GuardVerdict verdict)
    {
        switch (verdict.Measure)
        {
            case GuardMeasure.Kill:
                Kill(child, verdict.Kind, verdict.Reason);
                break;
            case GuardMeasure.Condemn:
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
                Kill(child, "shutdown", "the grace is over");
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
        _events.Writer.TryWrite(() =>
        {
            child.Stacks = stacks;
            Kill(child, kind, reason);
            return Task.CompletedTask;
        });
    }

    private static string NameOf(ChildRole role) => role.ToString().ToLowerInvariant();

    private void Start(ChildRole role, int ordinal) =>
        _children.Add(_factory.Start(role, ordinal, Cluster, child => _events.Writer.TryWrite(() => OnExitAsync(child))));

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
        _events.Writer.TryWrite(() =>
        {
            if (!_stop.IsStopping)
                Start(role, ordinal);
            return Task.CompletedTask;
        });
    }

    private async Task ReclaimAsync(ChildProcess child, string how)
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
        await _reclaimer.ReclaimSurelyAsync(gone, _forced.Token).ConfigureAwait(false);
        FaultPoint.Pass(CrashPoint.WorkerReclaimed, _connection.Drop);
    }

    private Task JoinAsync() =>
        _membership.JoinAsync(Describe(), id => _events.Writer.TryWrite(() => OnCancelAsync(id)), _forced.Token);

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
        var wanted = Math.Min(_options.ProcessWorkers + isolated.Count(c => c.IsLent), MostProcessWorkers);
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

    /// <summary>All that goes to Redis, and can wait while it is away.</summary>
    private async Task KeepUpAsync(long now)
    {
        if (!_membership.IsDue(now))
            return;
        try
        {
            var handled = _cancels.Handled;
            if (await _membership.HeartbeatAsync(now, Describe(), handled, _forced.Token).ConfigureAwait(false) is not { } cancels)
            {
                await StartOverAsync().ConfigureAwait(false);
                return;
            }

            FaultPoint.Pass(CrashPoint.HeartbeatSent, _connection.Drop);
            _cancels.Told(handled.Length);
            foreach (var id in cancels)
                await OnCancelAsync(id).ConfigureAwait(false);
            await _reclaimer.RetryAsync(_forced.Token).ConfigureAwait(false);
            await _membership.AdoptOrphansAsync(now, _forced.Token).ConfigureAwait(false);
            await _metrics.ReadAsync(_client, _forced.Token).ConfigureAwait(false);
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

    /// <summary>Everything this cluster had has been given to others: its processes must go, and new ones take their place.</summary>
    private async Task StartOverAsync()
    {
        SentinelLog.DeclaredDead(_logger, Cluster);
        foreach (var child in Workers.ToArray())
        {
            child.Drain();
            child.Kill();
        }

        await _membership.TakeNewIdentityAsync().ConfigureAwait(false);
        await JoinAsync().ConfigureAwait(false);
        if (!_stop.IsStopping)
            StartWorkers();
    }

    private Task OnCancelAsync(byte[] id)
    {
        if (id.Length != TaskId.ByteLength)
            return Task.CompletedTask;
        if (_cancels.Add(id))
        {
            foreach (var worker in Workers)
                worker.Control?.Send(FrameType.Cancel, [(byte)TaskCancelReason.User, .. id]);
        }

        _cancels.Forget(() => _children.Where(c => c.Slots is not null).SelectMany(c => c.Slots!.Running()).Select(GuidOf));
        return Task.CompletedTask;
    }

    private async Task<bool> IsIdleAsync()
    {
        try
        {
            foreach (var queue in _options.EffectiveQueues)
            {
                var sizes = await _client.SizesAsync(queue, _forced.Token).ConfigureAwait(false);
                // Of a paused queue nothing will be run.
                if (sizes.Running > 0 || (sizes.PausedSince is null && sizes.Waiting + sizes.Delayed > 0))
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

        if (type == FrameType.NeedProcess)
        {
            _events.Writer.TryWrite(() =>
            {
                if (!_hasProcessWorkers && !_stop.IsStopping)
                    StartProcessWorkers();
                return Task.CompletedTask;
            });
            return;
        }

        if (type == FrameType.Lent)
        {
            var isLent = body[0] == 1;
            _events.Writer.TryWrite(() =>
            {
                child.IsLent = isLent;
                if (!_stop.IsStopping)
                    StepIn();
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
            SentinelLog.Ready(_logger, Cluster);
            _membership.Hurry();
            _systemd.Ready($"cluster {Cluster} serves {string.Join(", ", _options.EffectiveQueues)}");
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

        if (child.Role == ChildRole.Worker && !await _membership.RegisterAsync(child.Incarnation, _forced.Token).ConfigureAwait(false))
        {
            // Without a registration it would be given nothing; it starts again.
            child.Kill();
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
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            foreach (var worker in workers)
                await _reclaimer.ReclaimAsync(new GoneWorker { Incarnation = worker.Incarnation, Cluster = Cluster, How = "was stopped", IsFault = false }, limit.Token).ConfigureAwait(false);
            await _reclaimer.RetryAsync(limit.Token).ConfigureAwait(false);
            await _membership.LeaveAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is BrokerException or OperationCanceledException)
        {
            // Its heartbeat runs out by itself, and others take what is left.
            SentinelLog.RedisAway(_logger, e.Message);
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
        _systemd.Dispose();
        _forced.Dispose();
        PrivateFolder.Delete(_folder);
    }
}
