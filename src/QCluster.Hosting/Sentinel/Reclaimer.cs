using System.Globalization;
using QCluster.Wire.Values;
using Microsoft.Extensions.Logging;
using QCluster.Model;
using QCluster.Model.Faults;
using QCluster.Queue;
using QCluster.Queue.Clusters;
using QCluster.Execution.Retries;
using QCluster.Execution.Telemetry;
using QCluster.Wire.Packets;

namespace QCluster.Hosting.Sentinel;

/// <summary>Decides what becomes of the tasks of a worker that is gone, and has it done.</summary>
internal sealed class Reclaimer
{
    private readonly ClusterOptions _options;
    private readonly IReadOnlyList<ClusterQueue> _brokers;
    private readonly PacketFormat _format;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly List<GoneWorker> _unfinished = [];

    public Reclaimer(ClusterOptions options, IReadOnlyList<ClusterQueue> brokers, ILogger logger, TimeProvider time)
    {
        _options = options;
        _brokers = brokers;
        _logger = logger;
        _time = time;
        _format = PacketFormat.Of(options.Name, options.Secrets, options.MaxPacketBytes, ValueSerializer.Default, options.Compress);
    }

    /// <summary>Takes the tasks of a worker back, now or once Redis is there again.</summary>
    public async Task ReclaimSurelyAsync(GoneWorker gone, CancellationToken cancellationToken)
    {
        try
        {
            await ReclaimAsync(gone, cancellationToken).ConfigureAwait(false);
        }
        catch (BrokerException e)
        {
            // Redis is away: what the worker had is still in flight there, and is taken back once it returns.
            SentinelLog.RedisUnavailable(_logger, e.Message);
            _unfinished.Add(gone);
        }
        catch (OperationCanceledException)
        {
            // Stopping at once: whoever looks for orphans finds it.
        }
    }

    /// <summary>Tries again what could not be done.</summary>
    /// <exception cref="BrokerException">Redis is still away.</exception>
    public async Task RetryAsync(CancellationToken cancellationToken)
    {
        foreach (var gone in _unfinished.ToArray())
        {
            await ReclaimAsync(gone, cancellationToken).ConfigureAwait(false);
            _unfinished.Remove(gone);
        }
    }

    /// <summary>Takes the tasks of a worker back, in all queues.</summary>
    /// <param name="gone">Who, and what is known of its end.</param>
    /// <param name="cancellationToken">Ends the call; doing it again later is right.</param>
    public async Task ReclaimAsync(GoneWorker gone, CancellationToken cancellationToken)
    {
        foreach (var broker in _brokers)
        {
            FaultPoint.Pass(CrashPoint.WorkerNotFenced, broker.Drop);
            // Fenced first: from here on no acknowledgement of this worker is accepted, so what is decided below cannot be overtaken by an
            // outcome.
            var elements = await broker.FenceAsync(gone.Incarnation, cancellationToken).ConfigureAwait(false);
            FaultPoint.Pass(CrashPoint.WorkerFenced, broker.Drop);
            var items = new List<ReclaimItem>(elements.Count);
            // In the order of their ids, which is that of their creation: they go back to the head of their lists in that order.
            foreach (var element in elements.OrderBy(e => new ReadOnlyMemory<byte>(e, 4, TaskId.ByteLength), BytesComparer.Instance))
                items.Add(Decide(gone, broker.Keys.Queue, element));
            var count = await broker.ReclaimAsync(gone.Incarnation, items, cancellationToken).ConfigureAwait(false);
            Measure(broker.Keys.Queue, elements, items);
            if (count > 0)
                SentinelLog.Reclaimed(_logger, count, gone.Incarnation, string.Join(", ", items.GroupBy(i => i.Decision).Select(g => $"{g.Count()} {g.Key}")));
        }
    }

    /// <summary>Workers tell of what ended with them; of what ended with its worker only this can tell.</summary>
    private void Measure(string queue, IReadOnlyList<byte[]> elements, IReadOnlyList<ReclaimItem> items)
    {
        if (items.Count(i => i.Decision is ReclaimDecision.Lost or ReclaimDecision.Isolate) is var recovered and > 0)
            ClusterMetrics.Recovered(queue, recovered);
        if (!TaskMetrics.CountsOutcomes)
            return;
        foreach (var item in items)
        {
            var (state, reason) = item.Decision switch
            {
                ReclaimDecision.Cancel => ("cancelled", FailureReason.Cancelled),
                ReclaimDecision.Retry => ("retry", FailureReason.Timeout),
                ReclaimDecision.Fail => ("failed", FailureReason.Timeout),
                ReclaimDecision.Dead => ("failed", FailureReason.WorkerLost),
                _ => default,
            };
            if (state is not null && elements.FirstOrDefault(e => TaskElement.Read(e).Key.ToBytes().AsSpan().SequenceEqual(item.Attempt)) is { } element)
                TaskMetrics.Ended(queue, ReadPacket(element)?.Func ?? "", state, reason.ToString(), null);
        }
    }

    private ReclaimItem Decide(GoneWorker gone, string queue, byte[] element)
    {
        var (lost, attempt) = TaskElement.Read(element);
        var key = attempt.ToBytes();
        if (gone.Culprit is { } culprit && culprit.Attempt.AsSpan().SequenceEqual(key))
        {
            if (culprit.Reason == TaskCancelReason.User)
                return Item(ReclaimDecision.Cancel, TaskState.Cancelled, FailureReason.Cancelled, "Cancelled while running; it did not stop when requested, and its process was killed.", gone.Stacks);
            var retry = RetryDecision.OfMilliseconds(gone.RunningOf(key)?.RetryMilliseconds ?? -1);
            var item = Item(
                retry.Pause is not null ? ReclaimDecision.Retry : retry.IsGivenUp ? ReclaimDecision.Dead : ReclaimDecision.Fail,
                TaskState.Failed,
                FailureReason.Timeout,
                string.Create(CultureInfo.InvariantCulture, $"It ran longer than its time-out, did not stop within the grace period of {_options.Grace.TotalSeconds:0.###} s or its time limit, and its process was killed."),
                gone.Stacks);
            return retry.Pause is { } pause ? item with { KeepMilliseconds = (long)Math.Ceiling(pause.TotalMilliseconds) } : item;
        }

        // Before the question of blame: a task that is to be cancelled must not run again, even if its worker died for another.
        if (gone.CancelRequested.Contains(attempt.Id))
            return Item(ReclaimDecision.Cancel, TaskState.Cancelled, FailureReason.Cancelled, "Cancelled; its worker ended first.");
        var counts = gone.Begun is null || gone.Begun.Any(b => b.AsSpan().SequenceEqual(key));
        if (!gone.IsFault || !counts)
            return new ReclaimItem(key, ReclaimDecision.Back, [], 0);
        var most = MaxLostOf(element);
        if (lost + 1 >= most)
            return Item(ReclaimDecision.Dead, TaskState.Failed, FailureReason.WorkerLost, $"Its worker was lost {lost + 1} times, the maximum (max_lost). The last time the process {gone.How}.");
        // The last permitted delivery is isolated, so that no other task can be to blame for another death.
        return Item(lost + 2 >= most ? ReclaimDecision.Isolate : ReclaimDecision.Lost, TaskState.Failed, FailureReason.WorkerLost, $"Its worker was lost: the process {gone.How}.");

        ReclaimItem Item(ReclaimDecision decision, TaskState state, FailureReason reason, string message, string? stacks = null)
        {
            var outcome = new TaskOutcome
            {
                State = state,
                Attempt = attempt.Attempt,
                Started = gone.StartedOf(key, _time),
                Stopped = _time.GetUtcNow(),
                Error = new TaskError(reason, null, message, stacks),
                Worker = gone.Incarnation,
                Cluster = gone.Cluster,
            };
            return new ReclaimItem(key, decision, outcome.ToBytes(new TaskId(attempt.Id, queue), _format), (long)KeepOf(element).TotalMilliseconds);
        }
    }

    private int MaxLostOf(byte[] element) => ReadPacket(element)?.Limits.MaxLost ?? _options.MaxLost;

    private TimeSpan KeepOf(byte[] element) => ReadPacket(element)?.Result.Ttl ?? -_options.ResultTtl;

    private TaskPacket? ReadPacket(byte[] element)
    {
        try
        {
            return TaskPacket.Read(element, TaskId.DefaultQueue, _format);
        }
        catch (WireFormatException)
        {
            // A worker refuses it in its turn, with a record.
            return null;
        }
    }

    private sealed class BytesComparer : IComparer<ReadOnlyMemory<byte>>
    {
        public static readonly BytesComparer Instance = new();

        public int Compare(ReadOnlyMemory<byte> x, ReadOnlyMemory<byte> y) => x.Span.SequenceCompareTo(y.Span);
    }
}
