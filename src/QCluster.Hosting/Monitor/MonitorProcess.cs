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
using QCluster.Client.Results;

namespace QCluster.Hosting.Monitor;

/// <summary>
/// Owns the result side of Redis: gathers outcomes from the workers and acknowledges them in batches. While one batch is under
/// way the next one gathers, so a single outcome is never delayed. It holds only outcomes that their worker keeps until they are
/// settled, so it can be killed at any point.
/// </summary>
internal sealed class MonitorProcess : IAsyncDisposable
{
    private static readonly TimeSpan Farewell = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(50);

    private readonly ChildSettings _settings;
    private readonly ControlChannel _control;
    private readonly ILogger _logger;
    private readonly RedisConnection _connection;
    private readonly ClusterQueue[] _brokers;
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly QueueRole _role;
    private readonly CancellationTokenSource _stopping = new();
    private readonly IResultStore? _store;
    private Task _side = Task.CompletedTask;
    private List<OutcomeBatch> _gathered = [];
    private int _workers;

    public MonitorProcess(ChildSettings settings, ControlChannel control, ILogger logger, TimeProvider time)
    {
        _settings = settings;
        _control = control;
        _logger = logger;
        _time = time;
        _role = new QueueRole(control, settings, time);
        var options = new RedisConnectionOptions { ClientName = "qcluster-monitor", CallTimeout = settings.Options.CallTimeout };
        _connection = RedisConnection.Create(settings.Options.ToRedisSettings(), options, logger, time);
        _store = settings.Options.Results is { } results ? ResultStores.Open(results) : null;
        _brokers = settings.Queues.Select(queue => new ClusterQueue(_connection, new RedisKeys(settings.Options.Name, queue), settings.Options.MaxPacketBytes)).ToArray();
    }

    public async Task RunAsync()
    {
        using var listener = _role.Listen(_settings.MonitorSocket, OnFrame, OnClosed, () => Interlocked.Increment(ref _workers));
        _role.Ready(static (_, _) => { });

        _side = new QueueServices(_settings, _connection, _store, _logger, _time).RunAsync(_brokers, _stopping.Token);
        Background.Watch(_side);

        // Without a sentinel it stays for the grace, or until the last worker has left.
        var leaveAt = long.MaxValue;
        while (true)
        {
            if (_role.IsDraining && leaveAt == long.MaxValue)
                leaveAt = _role.GraceEnd();
            if (_role.IsDraining && ((Volatile.Read(ref _workers) == 0 && !_role.IsBusy) || _time.Ticks() > leaveAt))
                return;
            await _role.Signal.WaitAsync(_role.IsDraining ? Farewell : Timeout.InfiniteTimeSpan).ConfigureAwait(false);
        }
    }

    /// <summary>Settles gathered outcomes until there are none. The first batch is sent on the caller's thread.</summary>
    private async Task SettleAsync(List<OutcomeBatch> first)
    {
        for (var batches = first; batches is not null;)
        {
            await Task.WhenAll(batches.ConvertAll(SettleAsync)).ConfigureAwait(false);
            lock (_lock)
                batches = TakeOrRest_LockHeld();
        }
    }

    private List<OutcomeBatch>? TakeOrRest_LockHeld()
    {
        if (_gathered.Count == 0)
        {
            _role.EndWork();
            return null;
        }

        _role.BeginWork();
        var taken = _gathered;
        _gathered = [];
        return taken;
    }

    private void Gather_LockHeld(FrameConnection connection, byte queue, AckItem item)
    {
        foreach (var batch in _gathered)
        {
            if (batch.Connection == connection && batch.Queue == queue && batch.TryAdd(item))
                return;
        }

        _gathered.Add(new OutcomeBatch(connection, queue, item));
    }

    private async Task SettleAsync(OutcomeBatch batch)
    {
        AckStatus[] statuses;
        while (true)
        {
            try
            {
                FaultPoint.Pass(CrashPoint.NotAcknowledged, _connection.Drop);
                statuses = await _brokers[batch.Queue].AckAsync(batch.Incarnation, batch.Items, CancellationToken.None).ConfigureAwait(false);
                FaultPoint.Pass(CrashPoint.Acknowledged, batch.Connection.Dispose);
                break;
            }
            catch (BrokerException e)
            {
                MonitorLog.AckFailed(_logger, batch.Items.Count, e.Message);
                if (_role.IsDraining && _control.IsOrphan)
                    return;
                await Task.Delay(PauseAfterFailure, _time).ConfigureAwait(false);
            }
        }

        // Saved first, then reported as settled: a worker forgets an outcome when it hears of that.
        // Replies use the connection of the outcomes; if it is closed, the worker sends again over the next one.
        var settled = new byte[statuses.Length * (1 + AttemptRef.Size)];
        for (var i = 0; i < statuses.Length; i++)
        {
            var entry = settled.AsSpan(i * (1 + AttemptRef.Size));
            entry[0] = (byte)(sbyte)statuses[i];
            entry[1] = batch.Queue;
            batch.Items[i].Attempt.CopyTo(entry[2..]);
        }

        batch.Connection.Send(FrameType.Settled, settled);
        if (Array.Exists(statuses, s => s == AckStatus.Fenced))
        {
            MonitorLog.Fenced(_logger, batch.Incarnation);
            _control.Fenced(batch.Incarnation);
        }
    }

    /// <summary>Attach: the incarnation. Outcome: attempt (19 bytes), milliseconds to keep (8), counter (1), outcome.</summary>
    private void OnFrame(FrameConnection connection, FrameType type, ReadOnlySpan<byte> body)
    {
        const int header = AttemptRef.Size + 9;
        if (type == FrameType.Attach)
        {
            connection.Tag = Encoding.UTF8.GetString(body);
            return;
        }

        // An outcome ahead of the attachment is part of what follows it.
        if (type != FrameType.Outcome || connection.Tag is not string)
            return;
        var queue = body[0];
        if (queue >= _brokers.Length)
            throw new WireFormatException($"An outcome names queue {queue} of {_brokers.Length}.");
        var kind = (AckKind)body[header - 1];
        if (!Enum.IsDefined(kind))
            throw new WireFormatException($"An outcome has the kind {body[header - 1]}.");
        var item = new AckItem(
            body[1..AttemptRef.Size].ToArray(),
            body[header..].ToArray(),
            Math.Clamp(BinaryPrimitives.ReadInt64BigEndian(body[AttemptRef.Size..]), -10L * 366 * 24 * 3600 * 1000, 10L * 366 * 24 * 3600 * 1000),
            kind);
        List<OutcomeBatch>? batches;
        lock (_lock)
        {
            Gather_LockHeld(connection, queue, item);
            batches = _role.IsBusy ? null : TakeOrRest_LockHeld();
        }

        if (batches is not null)
            Background.Watch(SettleAsync(batches));
    }

    private void OnClosed(FrameConnection connection, Exception? error)
    {
        if (error is not null)
            MonitorLog.WorkerRefused(_logger, error.Message);
        Interlocked.Decrement(ref _workers);
        _role.Signal.Set();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _side.ConfigureAwait(false);
        if (_store is not null)
            await _store.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
        _role.Dispose();
    }
}
