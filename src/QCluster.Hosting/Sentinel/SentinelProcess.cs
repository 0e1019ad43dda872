using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using QCluster.Hosting.Children;
using QCluster.Hosting.Logging;
using QCluster.Hosting.Threading;
using QCluster.Model;
using QCluster.Model.Faults;
using QCluster.Queue;
using QCluster.Queue.Queues;
using QCluster.Queue.Clusters;
using QCluster.Redis;

namespace QCluster.Hosting.Sentinel;

/// <summary>
/// One cluster: has its processes started and replaced, enforces deadlines, gives a dead worker's tasks back, keeps the cluster's heartbeat
/// in
/// Redis, and drains when it is asked to stop. Runs no user code.
/// </summary>
/// <remarks>All state is changed by one loop, which takes events from a channel and looks around each guard cycle.</remarks>
internal sealed class SentinelProcess : IChildHost, IAsyncDisposable
{
    private static readonly TimeSpan RedisFarewell = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan StopCycle = TimeSpan.FromMilliseconds(20);

    private readonly ClusterOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly RedisConnection _connection;
    private readonly RedisWorkQueue _redis;
    private readonly ClusterEntry _entry;
    private readonly Membership _membership;
    private readonly ClusterUpkeep _upkeep;
    private readonly Reclaimer _reclaimer;
    private readonly string _folder;
    private readonly ChildFactory _factory;
    private readonly ChildSet _children;
    private readonly ControlServer _control;
    private readonly ChildGuard _guard;
    private readonly CancelBook _cancels;
    private readonly StopPlan _stop;
    private readonly ClusterDescriber _describer;
    private readonly ClusterMetrics _metrics;
    private readonly SystemdStatus _systemd = new();
    private readonly OrphanReaper? _orphans = Environment.ProcessId == 1 ? new OrphanReaper() : null;
    private readonly Channel<Action> _events = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _forced = new();
    private readonly CancellationTokenSource _starting = new();
    private volatile int _busy;
    private bool _isKeepingUp;
    private string? _fatal;

    /// <param name="options">Its settings.</param>
    /// <param name="logger">Its own log.</param>
    /// <param name="logs">Those of its processes.</param>
    /// <param name="time">The clock of all that it decides.</param>
    public SentinelProcess(ClusterOptions options, ILogger logger, ChildLogs logs, TimeProvider time)
    {
        options.Validate();
        FaultPoint.Check();
        _options = options;
        _logger = logger;
        _time = time;
        _describer = new ClusterDescriber(options, time);
        _connection = RedisConnection.Create(
            options.ToRedisSettings(),
            new RedisConnectionOptions { ClientName = "qcluster-sentinel", CallTimeout = options.CallTimeout },
            logger,
            time);
        var queueScripts = new QueueScripts(new RedisTransport(_connection, options.Name, time, logger));
        var brokers = options.EffectiveQueues.Select(q => new ClusterQueue(_connection, new RedisKeys(options.Name, q), options.MaxPacketBytes)).ToArray();
        _reclaimer = new Reclaimer(options, brokers, logger, time);
        _membership = new Membership(options, _connection, brokers, _reclaimer, logger, time);
        _metrics = new ClusterMetrics(options, () => _busy);
        _upkeep = new ClusterUpkeep(options, _connection, queueScripts, _membership, _reclaimer, _metrics, logger);
        _entry = new ClusterEntry(options, _connection, queueScripts, logger);
        _redis = new RedisWorkQueue(logger, _forced.Token);
        _cancels = new CancelBook(time);
        _stop = new StopPlan(options.Grace);
        _guard = new ChildGuard(options, _cancels, _describer);
        _children = new ChildSet(options, this, _stop, logger, time);
        _folder = PrivateFolder.Create();
        var controlSocket = Path.Combine(_folder, "control.sock");
        _factory = new ChildFactory(_folder, controlSocket, options, logger, logs, time);
        _control = new ControlServer(controlSocket, Post, _children, Register, child => _factory.SettingsFor(child, Cluster), ReportReady, logger);
    }

    /// <summary>Completes once the cluster has its place in Redis, or waits for Redis.</summary>
    public Task Started => _started.Task;

    private string Cluster => _membership.Cluster;

    /// <summary>Runs until stopped. Returns an error text, or null when all went as it should.</summary>
    public async Task<string?> RunAsync()
    {
        _control.Start();
        try
        {
            using (var starting = CancellationTokenSource.CreateLinkedTokenSource(_starting.Token, _forced.Token))
                await _entry.JoinAsync(JoinAsync, () => _started.TrySetResult(), starting.Token).ConfigureAwait(false);
            _started.TrySetResult();
            SentinelLog.Starting(_logger, Cluster, string.Join(", ", _options.EffectiveQueues), _options.Workers, _options.Concurrency, _connection.Display, _options.Secrets.Count > 0 ? "on" : "off");
            _children.Start(ChildRole.Pusher, 0);
            _children.Start(ChildRole.Monitor, 0);
            _children.StartWorkers();
            await LoopAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_starting.IsCancellationRequested && _children.All.Count == 0)
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

    public void Post(Action change) => _events.Writer.TryWrite(change);

    private void BeginStop()
    {
        if (_stop.IsStopping)
            return;
        SentinelLog.Stopping(_logger, Cluster, _options.Grace.TotalSeconds);
        _membership.Hurry();
        _systemd.Stopping($"cluster {Cluster} lets its tasks finish");
        _stop.Begin(_time.Ticks());
        _children.Drain();
    }

    private async Task LoopAsync()
    {
        while (!_forced.IsCancellationRequested)
        {
            Guard();
            if (_stop.IsStopping && !_children.HasWorkers)
                return;

            using var cycle = new CancellationTokenSource(_stop.IsStopping ? StopCycle : _options.GuardCycle, _time);
            using var wait = CancellationTokenSource.CreateLinkedTokenSource(_forced.Token, cycle.Token);
            try
            {
                while (true)
                {
                    var next = await _events.Reader.ReadAsync(wait.Token).ConfigureAwait(false);
                    next();
                    // The cycle is shorter from here on, and the last worker may have left with this event.
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
        var now = _time.Ticks();
        _systemd.Alive(now);
        _orphans?.Look(now);
        // What runs for long must be seen to run.
        if (_describer.HasNews(_children.All, now))
            _membership.Hurry();
        KeepUp(now);
        foreach (var child in _children.All.Where(c => !c.HasExited).ToArray())
        {
            if (_guard.Judge(child, now, _stop.IsStopping) is { } verdict)
                _children.Apply(child, verdict);
        }

        if (_stop.IsStopping)
            GuardStop(now);
        else if (_options.RunOnce && _children.WasReady)
            StopWhenIdle();
    }

    private void GuardStop(long now)
    {
        if (_stop.IsTimeToCancel(now))
            _children.CancelAll(TaskCancelReason.Shutdown);
        if (_stop.IsTimeToKill(now))
            _children.KillWorkers("shutdown", "the grace period has ended");
    }

    ChildProcess IChildHost.Start(ChildRole role, int ordinal, Action<ChildProcess> onExit) =>
        _factory.Start(role, ordinal, Cluster, onExit);

    void IChildHost.OnCannotWork(string problem)
    {
        _fatal ??= problem;
        BeginStop();
    }

    void IChildHost.OnWorkerGone(ChildProcess worker, string how)
    {
        // Read now: the table goes with the worker, and nothing else says which of its tasks had begun.
        var running = worker.Slots!.Running(writerIsDead: true);
        var gone = GoneWorker.Of(worker, Cluster, how, running, _cancels.Ids);
        File.Delete(_factory.SlotsPath(worker.Incarnation));
        foreach (var task in running)
            _cancels.Remove(ClusterDescriber.GuidOf(task));
        _redis.Post(async cancellationToken =>
        {
            await _reclaimer.ReclaimSurelyAsync(gone, cancellationToken).ConfigureAwait(false);
            FaultPoint.Pass(CrashPoint.WorkerReclaimed, _connection.Drop);
        });
    }

    private Task JoinAsync(CancellationToken cancellationToken) =>
        _membership.JoinAsync(Describe(), id => Post(() => OnCancel(id)), cancellationToken);

    private void Register(ChildProcess worker, Action<bool> onRegistered) => _redis.Post(async cancellationToken =>
        onRegistered(await _membership.RegisterAsync(worker.Incarnation, cancellationToken).ConfigureAwait(false)));

    /// <summary>Heartbeat, cancels, and the tasks of dead workers: all that can wait while Redis is unavailable.</summary>
    private void KeepUp(long now)
    {
        // One at a time: while Redis is unavailable each takes as long as the call time-out, and they would pile up.
        if (_isKeepingUp || !_membership.IsDue(now))
            return;
        _isKeepingUp = true;
        var (report, handled) = (Describe(), _cancels.Handled);
        _redis.Post(async cancellationToken =>
        {
            try
            {
                var isAlive = await _upkeep.RunAsync(now, report, handled, OnCancels, cancellationToken).ConfigureAwait(false);
                if (!isAlive)
                    Post(StartOver);
            }
            finally
            {
                Post(() => _isKeepingUp = false);
            }
        });

        void OnCancels(IReadOnlyList<byte[]> cancels) => Post(() =>
        {
            // Only now: if the heartbeat is lost, Redis reports these ids again, and the next one acknowledges them.
            _cancels.Acknowledge(handled.Length);
            foreach (var id in cancels)
                OnCancel(id);
        });
    }

    /// <summary>
    /// Everything this cluster had has been given to others: its workers must end, and new ones start under a new identity.
    /// </summary>
    private void StartOver()
    {
        SentinelLog.DeclaredDead(_logger, Cluster);
        _children.EndWorkers();
        _redis.Post(TakeNewIdentityAsync);
    }

    private async Task TakeNewIdentityAsync(CancellationToken cancellationToken)
    {
        await _membership.TakeNewIdentityAsync().ConfigureAwait(false);
        // The description is made by the loop, the call by this queue.
        var joined = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() => joined.TrySetResult(JoinAsync(cancellationToken)));
        await (await joined.Task.WaitAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        // After joining: incarnations begin with the identity, and a worker of a cluster that Redis does not know is an orphan.
        Post(() =>
        {
            if (!_stop.IsStopping)
                _children.StartWorkers();
        });
    }

    private void OnCancel(byte[] id)
    {
        if (id.Length != TaskId.ByteLength)
            return;
        if (_cancels.Add(id))
            _children.Cancel(id);
        _cancels.Forget(() => _children.Workers.SelectMany(c => c.Slots!.Running()).Select(ClusterDescriber.GuidOf));
    }

    private void StopWhenIdle() => _redis.Post(async cancellationToken =>
    {
        if (await _upkeep.IsIdleAsync(cancellationToken).ConfigureAwait(false))
            Post(BeginStop);
    });

    private void ReportReady()
    {
        if (!_children.BecomesReady())
            return;
        SentinelLog.Ready(_logger, Cluster);
        _membership.Hurry();
        _systemd.Ready($"cluster {Cluster} serves {string.Join(", ", _options.EffectiveQueues)}");
    }

    private ClusterReport Describe()
    {
        var state = _stop.IsStopping ? "stopping" : _children.WasReady ? null : "starting";
        var report = _describer.Describe(Cluster, state, _children.Restarts, _children.Recycles, _children.All);
        _busy = report.Busy;
        return report;
    }

    private async Task TearDownAsync()
    {
        var workers = _children.Workers.ToArray();
        await _children.EndAsync().ConfigureAwait(false);
        // After the processes: a worker that still ran could begin a task that has been given to others.
        using var limit = new CancellationTokenSource(RedisFarewell, _time);
        await _redis.CompleteAsync(RedisFarewell).ConfigureAwait(false);
        await _upkeep.LeaveAsync(workers.Select(w => w.Incarnation), RedisFarewell, limit.Token).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        _control.Dispose();
        await _membership.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
        _children.Dispose();
        _metrics.Dispose();
        _forced.Dispose();
        _starting.Dispose();
        PrivateFolder.Delete(_folder);
    }
}
