using System.Buffers.Binary;
using System.Text;
using Microsoft.Extensions.Logging;
using QCluster.Hosting.Channels;
using QCluster.Hosting.Roles;
using QCluster.Redis;
using QCluster.Results;
using QCluster.Wire;

namespace QCluster.Hosting.Monitor;

/// <summary>
/// Owns the result side of Redis: gathers outcomes from the workers and acknowledges them in batches. While one batch is on its
/// way the next one gathers, so a single outcome is never held back. Holds nothing that its worker does not keep until it is
/// settled, so it can be killed at any point.
/// </summary>
internal sealed class MonitorProcess : IAsyncDisposable
{
    private const int LargestBatch = 250;
    private const int LargestBatchBytes = 4 << 20;
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(50);

    private readonly ChildSettings _settings;
    private readonly ControlChannel _control;
    private readonly ILogger _logger;
    private readonly RedisConnection _connection;
    private readonly ClusterBroker[] _brokers;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly IResultStore? _store;
    private Task _side = Task.CompletedTask;
    private List<PendingOutcome> _gathered = [];
    private int _workers;
    private volatile bool _draining;
    private long _busySince;

    public MonitorProcess(ChildSettings settings, ControlChannel control, ILogger logger)
    {
        _settings = settings;
        _control = control;
        _logger = logger;
        var options = new RedisConnectionOptions { ClientName = "qcluster-monitor", CallTimeout = TimeSpan.FromSeconds(settings.CallTimeoutSeconds) };
        _connection = RedisConnection.Create(RedisSettings.Parse(settings.Redis), options, logger, TimeProvider.System);
        _store = settings.Results is null ? null : ResultStores.Open(settings.Results);
        _brokers = settings.Queues.Select(queue => new ClusterBroker(_connection, new RedisKeys(settings.Name, queue), settings.MaxPacketBytes)).ToArray();
    }

    private void Drain()
    {
        _draining = true;
        Signal();
    }

    public async Task RunAsync()
    {
        using var listener = LocalSocket.Listen(_settings.MonitorSocket);
        LocalSocket.AcceptInBackground(listener, "monitor accept", socket =>
        {
            Interlocked.Increment(ref _workers);
            new FrameConnection(socket, _settings.MaxFrame).Start("monitor worker", OnFrame, OnClosed);
        });
        _control.Ready(Drain, static (_, _) => { }, () => new ChildPulse(0, 0, Volatile.Read(ref _busySince) is > 0 and var since ? Environment.TickCount64 - since : 0));

        _side = Task.WhenAll(SideWork());
        Background.Watch(_side);

        // Without a sentinel it stays for the grace, or until the last worker has left.
        var leaveAt = long.MaxValue;
        while (true)
        {
            var batch = Take();
            if (batch.Count > 0)
            {
                Volatile.Write(ref _busySince, Environment.TickCount64);
                await Task.WhenAll(batch.GroupBy(o => (o.Incarnation, o.Queue)).Select(g => SettleAsync(g.Key.Incarnation, g.Key.Queue, [.. g]))).ConfigureAwait(false);
                Volatile.Write(ref _busySince, 0);
                continue;
            }

            if (_draining && leaveAt == long.MaxValue)
                leaveAt = Environment.TickCount64 + (long)(_settings.GraceSeconds * 1000);
            if (_draining && (Volatile.Read(ref _workers) == 0 || Environment.TickCount64 > leaveAt))
                return;
            await _signal.WaitAsync(_draining ? TimeSpan.FromMilliseconds(20) : Timeout.InfiniteTimeSpan).ConfigureAwait(false);
        }
    }

    private IEnumerable<Task> SideWork()
    {
        var decoder = new RecordDecoder(new PacketSigner(_settings.Name, _settings.Secrets), new WireLimits { MaxLength = _settings.MaxPacketBytes }, ValueSerializer.Default);
        foreach (var broker in _brokers)
        {
            yield return new Outbox(_settings.Name, _connection, broker, _settings.MaxPacketBytes, _logger).RunAsync(_stopping.Token);
            if (_store is not null)
                yield return new ResultArchive(broker, _store, decoder, _settings.Retention!, _logger).RunAsync(_stopping.Token);
        }
    }

    private List<PendingOutcome> Take()
    {
        lock (_lock)
        {
            if (_gathered.Count == 0)
                return [];
            var taken = _gathered;
            _gathered = [];
            return taken;
        }
    }

    private async Task SettleAsync(string incarnation, byte queue, List<PendingOutcome> outcomes)
    {
        for (var start = 0; start < outcomes.Count;)
        {
            var end = start;
            for (var bytes = 0; end < outcomes.Count && end - start < LargestBatch && bytes < LargestBatchBytes; end++)
                bytes += outcomes[end].Item.Outcome.Length;
            await SettleBatchAsync(incarnation, queue, outcomes.GetRange(start, end - start)).ConfigureAwait(false);
            start = end;
        }
    }

    private async Task SettleBatchAsync(string incarnation, byte queue, List<PendingOutcome> outcomes)
    {
        var items = outcomes.ConvertAll(o => o.Item);
        AckStatus[] statuses;
        while (true)
        {
            try
            {
                // [crash point 8] Acknowledged, the worker not told: it sends the outcomes again, and they are duplicates.
                statuses = await _brokers[queue].AckAsync(incarnation, items, CancellationToken.None).ConfigureAwait(false);
                break;
            }
            catch (BrokerException e)
            {
                MonitorLog.AckFailed(_logger, items.Count, e.Message);
                if (_draining && _control.IsOrphan)
                    return;
                await Task.Delay(PauseAfterFailure).ConfigureAwait(false);
            }
        }

        // Each goes back over the connection it came from; if that one is gone, the worker asks again over the next.
        foreach (var group in outcomes.Select((o, i) => (o.Connection, o.Item.Attempt, Status: statuses[i])).GroupBy(o => o.Connection))
        {
            var settled = new byte[group.Count() * (1 + AttemptRef.Size)];
            var at = 0;
            foreach (var (_, attempt, status) in group)
            {
                settled[at] = (byte)(sbyte)status;
                settled[at + 1] = queue;
                attempt.CopyTo(settled.AsSpan(at + 2));
                at += 1 + AttemptRef.Size;
            }

            group.Key.Send(FrameType.Settled, settled);
        }

        if (Array.Exists(statuses, s => s == AckStatus.Fenced))
        {
            MonitorLog.Fenced(_logger, incarnation);
            _control.Fenced(incarnation);
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
        if (type != FrameType.Outcome || connection.Tag is not string incarnation)
            return;
        var queue = body[0];
        if (queue >= _brokers.Length)
            throw new WireFormatException($"An outcome names queue {queue} of {_brokers.Length}.");
        var counter = (TaskState)body[header - 1] switch
        {
            TaskState.Succeeded => "succeeded",
            TaskState.Cancelled => "cancelled",
            _ => "failed",
        };
        var item = new AckItem(
            body[1..AttemptRef.Size].ToArray(),
            body[header..].ToArray(),
            Math.Clamp(BinaryPrimitives.ReadInt64BigEndian(body[AttemptRef.Size..]), -10L * 366 * 24 * 3600 * 1000, 10L * 366 * 24 * 3600 * 1000),
            counter);
        lock (_lock)
            _gathered.Add(new PendingOutcome(connection, incarnation, queue, item));
        Signal();
    }

    private void OnClosed(FrameConnection connection, Exception? error)
    {
        if (error is not null)
            MonitorLog.WorkerRefused(_logger, error.Message);
        Interlocked.Decrement(ref _workers);
        Signal();
    }

    private void Signal()
    {
        if (_signal.CurrentCount > 0)
            return;
        try
        {
            _signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is signalled already.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _side.ConfigureAwait(false);
        if (_store is not null)
            await _store.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
        _signal.Dispose();
    }
}
