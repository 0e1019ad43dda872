using System.Buffers.Binary;
using System.Text;
using Microsoft.Extensions.Logging;
using QCluster.Model.Faults;
using QCluster.Hosting.Channels;
using QCluster.Hosting.Children;
using QCluster.Hosting.Threading;
using QCluster.Queue;
using QCluster.Queue.Clusters;
using QCluster.Redis;
using QCluster.Execution.Telemetry;
using QCluster.Wire.Packets;
using StackExchange.Redis;

namespace QCluster.Hosting.Pusher;

/// <summary>
/// Owns the queue side of Redis: claims tasks for workers with free slots and hands them over. Holds no task that Redis does
/// not have in flight for that worker, so it can be killed at any point.
/// </summary>
internal sealed class PusherProcess : IWakeHost, IAsyncDisposable
{
    private static readonly TimeSpan MaxClose = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Farewell = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(50);

    private readonly ChildSettings _settings;
    private readonly ControlChannel _control;
    private readonly ILogger _logger;
    private readonly RedisConnection _connection;
    private readonly RedisSettings _redis;
    private readonly RedisConnectionOptions _redisOptions;
    private readonly QueueState[] _queues;
    private readonly ClientGateway _gateway;
    private readonly TimeProvider _time;
    private readonly QueueRole _role;
    private readonly WorkerLinks _links = new();
    private readonly Lock _watchesLock = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly HashSet<string> _damageSeen = new(StringComparer.Ordinal);
    private volatile WakeWatch[] _watches;
    private volatile bool _askedForProcess;

    public PusherProcess(ChildSettings settings, ControlChannel control, ILogger logger, TimeProvider time)
    {
        _settings = settings;
        _control = control;
        _logger = logger;
        _time = time;
        _role = new QueueRole(control, settings, time);
        var redis = _redis = settings.Options.ToRedisSettings();
        var options = _redisOptions = new RedisConnectionOptions { ClientName = "qcluster-pusher", CallTimeout = settings.Options.CallTimeout };
        _connection = RedisConnection.Create(redis, options, logger, time);
        _queues = settings.Queues.Select((queue, i) => new QueueState(
            (byte)i,
            new ClusterQueue(_connection, new RedisKeys(settings.Options.Name, queue), settings.Options.MaxPacketBytes, settings.Options.LowShare),
            WakeGroup.For(settings.Room, new RedisKeys(settings.Options.Name, queue)),
            LookAgain,
            time)).ToArray();
        // The groups of all queues are alike: of each kind there is one wait, whatever the number of queues.
        _watches = [.. Enumerable.Range(0, _queues[0].Groups.Count).Select(kind => NewWatch([.. _queues.Select(queue => new WakeMember(queue, queue.Groups[kind]))]))];
        var gateway = RedisConnection.Create(redis, options with { ClientName = "qcluster-gateway" }, logger, time);
        _gateway = new ClientGateway(new RedisTransport(gateway, settings.Options.Name, time, logger), logger);
    }

    public async Task RunAsync()
    {
        using var listener = _role.Listen(_settings.PusherSocket, OnFrame, OnClosed);
        _role.Ready(OnCommand);
        while (!_role.IsDraining)
        {
            if (!await ClaimRoundAsync().ConfigureAwait(false))
                await _role.Signal.WaitAsync(_stopping.Token).ConfigureAwait(false);
        }

        // Tasks that still run may need the gateway; the sentinel says when they are done by closing the control channel.
        // Without a sentinel they have the grace.
        if (!_control.IsOrphan)
            _control.WaitForEnd();
        var leaveAt = _role.GraceEnd();
        while (_time.Ticks() < leaveAt && _links.Any)
            await Task.Delay(Farewell, _time).ConfigureAwait(false);
    }

    /// <summary>One look at every queue. False when there is nothing to do until something happens.</summary>
    private async Task<bool> ClaimRoundAsync()
    {
        var more = false;
        foreach (var queue in _queues)
        {
            if (!queue.Groups.Any(group => group.MayHaveTasks && _links.HasRoom(group)))
                continue;
            var (requests, links) = _links.Requests(queue.Index);
            if (requests.Count == 0)
                continue;
            _role.BeginWork();
            more |= await ClaimAsync(queue, requests, links).ConfigureAwait(false);
            _role.EndWork();
        }

        foreach (var watch in _watches)
            watch.Watch(IsWanted);
        return more;
    }

    /// <summary>A task waits for a worker to itself: the sentinel starts such workers when it is first told.</summary>
    private void AskForProcess()
    {
        if (_askedForProcess)
            return;
        _askedForProcess = true;
        _control.NeedProcess();
    }

    private async Task<bool> ClaimAsync(QueueState queue, List<ClaimRequest> requests, List<WorkerLink> links)
    {
        ClaimReply reply;
        try
        {
            FaultPoint.Pass(CrashPoint.ClaimNotSent, _connection.Drop);
            // Claimed first, then handed over: Redis has each task in flight for its worker before that worker can begin it, so a death of
            // any process loses none.
            reply = await queue.Broker.ClaimAsync(requests, _stopping.Token).ConfigureAwait(false);
        }
        catch (BrokerException e)
        {
            // The claim may have been carried out: the tasks are then in flight for these workers, and what they do not hold is sent to them.
            PusherLog.ClaimFailed(_logger, queue.Broker.Keys.Queue, e.Message);
            foreach (var link in links)
                Resynchronise(link);
            await Task.Delay(PauseAfterFailure, _time).ConfigureAwait(false);
            return true;
        }

        foreach (var damaged in reply.Damaged)
            ReportDamaged(queue, damaged);

        FaultPoint.Pass(CrashPoint.Claimed, () => links.ForEach(link => link.Connection.Dispose()));
        var any = false;
        for (var i = 0; i < links.Count; i++)
        {
            if (reply.Tasks[i] is not { } block)
            {
                PusherLog.Fenced(_logger, links[i].Incarnation);
                _links.Desynchronise(links[i]);
                _control.Fenced(links[i].Incarnation);
            }
            else if (block.Length > 0)
            {
                any = true;
                HandOver(links[i], queue.Index, block);
            }
        }

        foreach (var group in queue.Groups)
            group.MayHaveTasks = group.Waiting(reply) > 0;
        if (reply.Isolated > 0)
            AskForProcess();
        queue.LookAgainIn(reply.NextDueMilliseconds);
        return any || queue.Groups.Any(group => group.MayHaveTasks && _links.HasRoom(group));
    }

    private void HandOver(WorkerLink link, byte queue, byte[] block)
    {
        // Counted before it is sent: the worker's next credit counts it too.
        _links.CountSent(link, TaskBlock.Count(block));
        link.Connection.Send(FrameType.Tasks, [queue], block);
    }

    /// <summary>Whether such a task is to be waited for, beside the claiming.</summary>
    private bool IsWanted(WakeGroup group) => !group.MayHaveTasks && (_links.HasRoom(group) || (group.IsIsolated && !_askedForProcess));

    bool IWakeHost.HasRoom(WakeGroup group) => _links.HasRoom(group);

    void IWakeHost.AskForProcess() => AskForProcess();

    void IWakeHost.Signal() => _role.Signal.Set();

    void IWakeHost.Split(WakeWatch watch)
    {
        PusherLog.OneWaitEach(_logger);
        lock (_watchesLock)
            _watches = [.. _watches.Where(w => w != watch), .. watch.Members.Select(member => NewWatch([member]))];
        foreach (var member in watch.Members)
            member.Group.IsWatched = false;
        Background.Watch(watch.DisposeAsync().AsTask());
        _role.Signal.Set();
    }

    private WakeWatch NewWatch(IReadOnlyList<WakeMember> members) => new(
        members,
        members.Count > 1 ? RedisKeys.Interrupt(_settings.Options.Name, Guid.NewGuid().ToString("N")) : (RedisKey?)null,
        RedisBlockingConnection.Create(_redis, _redisOptions with { ClientName = "qcluster-pusher-wait" }, _logger, _time),
        _connection,
        this,
        _logger,
        _time,
        _stopping.Token);

    private void LookAgain(QueueState queue)
    {
        queue.MayHaveTasks();
        _role.Signal.Set();
    }

    private void OnFrame(FrameConnection connection, FrameType type, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case FrameType.Holding:
                OnHolding(connection, body);
                break;
            case FrameType.Credit when connection.Tag is WorkerLink link:
                _links.SetLimit(link, BinaryPrimitives.ReadInt64BigEndian(body));
                _role.Signal.Set();
                break;
            case FrameType.Release when connection.Tag is WorkerLink link:
                Background.Watch(ReleaseAsync(link, AttemptRef.ReadAll(body)));
                break;
            case FrameType.Call:
                _gateway.Answer(connection, body);
                break;
        }
    }

    /// <summary>Its room, length and text of the incarnation, then the attempts held.</summary>
    private void OnHolding(FrameConnection connection, ReadOnlySpan<byte> body)
    {
        var room = WorkerRoom.Read(body);
        body = body[WorkerRoom.Size..];
        var incarnation = Encoding.UTF8.GetString(body.Slice(1, body[0]));
        var held = AttemptRef.ReadAll(body[(1 + body[0])..]);
        var link = _links.Attach(connection, incarnation, room);
        Background.Watch(ResynchroniseAsync(link, held));
    }

    private async Task ResynchroniseAsync(WorkerLink link, List<AttemptRef> held)
    {
        var registrations = new string?[_queues.Length];
        try
        {
            foreach (var queue in _queues)
            {
                var attempts = held.Where(h => h.Queue == queue.Index).Select(h => h.Key.ToBytes()).ToArray();
                if (await queue.Broker.ResyncAsync(link.Incarnation, attempts, _stopping.Token).ConfigureAwait(false) is not { } synchronised)
                {
                    _control.Fenced(link.Incarnation);
                    return;
                }

                FaultPoint.Pass(CrashPoint.Resynchronised, link.Connection.Dispose);
                registrations[queue.Index] = synchronised.Registration;
                if (synchronised.Tasks.Length > 0)
                    HandOver(link, queue.Index, synchronised.Tasks);
            }
        }
        catch (BrokerException e)
        {
            PusherLog.ResyncFailed(_logger, link.Incarnation, e.Message);
            Resynchronise(link);
            return;
        }
        catch (OperationCanceledException)
        {
            return;
        }

        // Only now: a registration is of the epoch that RESYNC has begun. A CLAIM of the one before, which may still be under way, is
        // refused.
        _links.Synchronise(link, registrations);
        foreach (var queue in _queues)
            queue.MayHaveTasks();

        _role.Signal.Set();
    }

    private async Task ReleaseAsync(WorkerLink link, List<AttemptRef> attempts)
    {
        try
        {
            foreach (var queue in _queues)
            {
                var given = attempts.Where(a => a.Queue == queue.Index).Select(a => a.Key.ToBytes()).ToArray();
                if (given.Length == 0)
                    continue;
                await queue.Broker.ReleaseAsync(link.Incarnation, given, _stopping.Token).ConfigureAwait(false);
                queue.MayHaveTasks();
            }

            _role.Signal.Set();
        }
        catch (Exception e) when (e is BrokerException or OperationCanceledException)
        {
            // They stay in flight for this worker, which no longer holds them: a resynchronisation sends them again.
            PusherLog.ReleaseFailed(_logger, link.Incarnation, e.Message);
            Resynchronise(link);
        }
    }

    /// <summary>What it holds is not certain: it gets nothing more until it has said so.</summary>
    private void Resynchronise(WorkerLink link)
    {
        _links.Desynchronise(link);
        link.Connection.Send(FrameType.Resync, default);
    }

    private void OnClosed(FrameConnection connection, Exception? error)
    {
        if (error is not null)
            PusherLog.WorkerRefused(_logger, error.Message);
        _links.Remove(connection);
        _role.Signal.Set();
    }

    private void OnCommand(FrameType type, byte[] body)
    {
        if (type == FrameType.Suspend)
            _links.Suspend(Encoding.UTF8.GetString(body));
    }

    private void ReportDamaged(QueueState queue, byte[] damaged)
    {
        TaskMetrics.Refused(queue.Broker.Keys.Queue);
        var beginning = Convert.ToHexStringLower(damaged.AsSpan(0, Math.Min(damaged.Length, 32)));
        if (_damageSeen.Count < 1000 && _damageSeen.Add(beginning))
            PusherLog.Damaged(_logger, queue.Broker.Keys.Queue, damaged.Length, TaskElement.HeaderLength, _settings.Options.MaxPacketBytes, beginning);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        // The process ends now, and its sockets with it: nobody need wait for connections that are slow to close.
        IAsyncDisposable[] all = [_gateway, _connection, .. _watches, .. _queues];
        await Task.WhenAny(Task.WhenAll(all.Select(one => one.DisposeAsync().AsTask())), Task.Delay(MaxClose, _time)).ConfigureAwait(false);
        _role.Dispose();
    }
}
