using System.Text.Json;
using QCluster.Model;
using QCluster.Queue;
using QCluster.Queue.Clusters;
using QCluster.Client.Monitoring;
using QCluster.Wire.Packets;

namespace QCluster.TaskClasses.Consumers;

/// <summary>
/// A consumer's membership among the clusters of a queue: in Redis it is a cluster with one worker, with a capacity of one task more than it holds.
/// It owns the client, whose connection it uses.
/// </summary>
internal sealed class ConsumerMembership(QClusterClient client, ClusterScripts scripts, ConsumerPlace place) : IAsyncDisposable
{
    private static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(2);

    private readonly DateTimeOffset _started = DateTimeOffset.UtcNow;
    private readonly SemaphoreSlim _lock = new(1, 1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<string, byte[]> _held = new(StringComparer.Ordinal);
    private readonly Queue<byte[]> _found = new();
    private readonly List<byte[]> _cancelsHeard = [];
    private Task _heartbeats = Task.CompletedTask;
    private string? _registration;
    private bool _joined;

    private string Queue => scripts.Keys.Queue;

    public string Cluster => place.Cluster;

    public string Incarnation => Cluster + ".0";

    /// <summary>Registers before it takes tasks: from here on it counts as a cluster of the queue.</summary>
    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        await _lock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_joined)
                await JoinAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _lock.Release();
        }
    }

    /// <summary>The next task; null if there is none.</summary>
    public async Task<byte[]?> TakeAsync(CancellationToken cancellationToken)
    {
        await _lock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_joined)
                await JoinAsync(cancellationToken).ConfigureAwait(false);
            if (_registration is null)
                await ResyncAsync(cancellationToken).ConfigureAwait(false);
            // Those that want a worker process to themselves are a consumer's too, behind the others.
            foreach (var room in (long[][])[[1, 1, 1, 1], [1]])
            {
                if (_found.Count == 0)
                    await ClaimAsync(room, cancellationToken).ConfigureAwait(false);
            }

            return _found.TryDequeue(out var element) ? element : null;
        }
        finally
        {
            _lock.Release();
        }
    }

    /// <summary>False if another worker has the task meanwhile.</summary>
    public Task<bool> EndAsync(TaskMessage message, TaskOutcome outcome, CancellationToken cancellationToken)
    {
        var id = TaskId.FromBytes(message.Attempt.AsSpan(2), Queue);
        var keep = outcome.State == TaskState.Succeeded && message.IgnoreResult ? TimeSpan.Zero : message.ResultTtl ?? -client.Options.ResultTtl;
        return EndAsync(new AckItem(message.Attempt, outcome.ToBytes(id, client.Format), (long)keep.TotalMilliseconds, outcome.State), cancellationToken);
    }

    /// <inheritdoc cref="EndAsync(TaskMessage, TaskOutcome, CancellationToken)" />
    public Task<bool> EndAsync(AckItem item, CancellationToken cancellationToken) =>
        item.Kind is AckKind.Limited or AckKind.Unknown ? BetweenClaimsAsync(() => SettleAsync(item, cancellationToken), cancellationToken) : SettleAsync(item, cancellationToken);

    private async Task<bool> SettleAsync(AckItem item, CancellationToken cancellationToken)
    {
        var status = await scripts.AckAsync(Incarnation, [item], cancellationToken).ConfigureAwait(false);
        lock (_held)
            _held.Remove(Convert.ToHexString(item.Attempt));
        return status[0] != AckStatus.Fenced;
    }

    public Task GiveBackAsync(byte[] attempt, CancellationToken cancellationToken) => BetweenClaimsAsync(
        async () =>
        {
            await scripts.ReleaseAsync(Incarnation, [attempt], cancellationToken).ConfigureAwait(false);
            lock (_held)
                return _held.Remove(Convert.ToHexString(attempt));
        },
        cancellationToken);

    /// <summary>For calls after which the same attempt may return: a claim under way could bring it before this one is forgotten.</summary>
    private async Task<bool> BetweenClaimsAsync(Func<Task<bool>> call, CancellationToken cancellationToken)
    {
        await _lock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await call().ConfigureAwait(false);
        }
        finally
        {
            _lock.Release();
        }
    }

    public Task<long> PurgeAsync(CancellationToken cancellationToken) => client.Queues.Purge(Queue, cancellationToken);

    private async Task JoinAsync(CancellationToken cancellationToken)
    {
        await HeartbeatAsync(first: true, cancellationToken).ConfigureAwait(false);
        await scripts.RegisterAsync(Incarnation, Cluster, cancellationToken).ConfigureAwait(false);
        _joined = true;
        if (_heartbeats.IsCompleted)
            _heartbeats = BeatAsync();
    }

    /// <summary>Processes unknown in-flight tasks first: the reply to a claim may have been lost.</summary>
    private async Task ResyncAsync(CancellationToken cancellationToken)
    {
        byte[][] held;
        lock (_held)
            held = [.. _held.Values];
        if (await scripts.ResyncAsync(Incarnation, held, cancellationToken).ConfigureAwait(false) is not { } reply)
        {
            // It was counted as dead, and what it had was given to others.
            lock (_held)
                _held.Clear();
            _found.Clear();
            _joined = false;
            await JoinAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        _registration = reply.Registration;
        TakeIn(reply.Tasks);
    }

    private async Task ClaimAsync(long[] room, CancellationToken cancellationToken)
    {
        if (_registration is not { } registration)
            return;
        // Unless it is heard what was given, the next look asks for it.
        _registration = null;
        var reply = await scripts.ClaimAsync([new ClaimRequest(Incarnation, registration, room)], cancellationToken).ConfigureAwait(false);
        if (reply.Tasks[0] is not { } tasks)
            return;
        _registration = registration;
        TakeIn(tasks);
    }

    private void TakeIn(ReadOnlySpan<byte> block)
    {
        while (TaskBlock.TryTake(ref block, out var element, out _))
        {
            var attempt = TaskElement.FieldOf(element).ToArray();
            lock (_held)
                _held[Convert.ToHexString(attempt)] = attempt;
            _found.Enqueue(element.ToArray());
        }
    }

    private async Task BeatAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            await Task.WhenAny(Task.Delay(HeartbeatInterval, _stopping.Token)).ConfigureAwait(false);
            if (_stopping.IsCancellationRequested)
                return;
            try
            {
                await HeartbeatAsync(first: false, _stopping.Token).ConfigureAwait(false);
                // The next poll resynchronises: a claim may have been repeated on its way, or this consumer was declared dead.
                _registration = null;
            }
            catch (Exception e) when (e is BrokerException or OperationCanceledException)
            {
                // The next one may come through; if none does, others take what is held here.
            }
        }
    }

    private async Task HeartbeatAsync(bool first, CancellationToken cancellationToken)
    {
        var description = new ClusterDescription
        {
            Cluster = Cluster,
            Host = Environment.MachineName,
            Pid = Environment.ProcessId,
            Started = _started,
            At = DateTimeOffset.UtcNow,
            State = place.State,
            Queues = [Queue],
            Workers = place.Concurrency > 0 ? 1 : 0,
            Concurrency = place.Concurrency,
            Busy = _held.Count,
            Restarts = 0,
            Recycles = 0,
            Processes = [],
        };
        IReadOnlyList<RunningDescription> running = place.Running();
        var heard = _cancelsHeard.ToArray();
        var cancels = await scripts.HeartbeatAsync(
            Cluster,
            TimeToLive,
            JsonSerializer.SerializeToUtf8Bytes(description, InfoJson.Default.ClusterDescription),
            first,
            heard,
            cancellationToken,
            place.Concurrency,
            running.Count == 0 ? null : JsonSerializer.SerializeToUtf8Bytes(running, InfoJson.Default.IReadOnlyListRunningDescription)).ConfigureAwait(false);
        _cancelsHeard.RemoveRange(0, heard.Length);
        foreach (var id in cancels ?? [])
        {
            _cancelsHeard.Add(id);
            place.Cancelled(new Guid(id, bigEndian: true));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _heartbeats.ConfigureAwait(false);
        if (_joined)
        {
            try
            {
                byte[][] held;
                lock (_held)
                    held = [.. _held.Values];
                await scripts.ReleaseAsync(Incarnation, held, CancellationToken.None).ConfigureAwait(false);
                await scripts.FenceAsync(Incarnation, CancellationToken.None).ConfigureAwait(false);
                await scripts.ReclaimAsync(Incarnation, [], CancellationToken.None).ConfigureAwait(false);
                await scripts.LeaveAsync(Cluster, CancellationToken.None).ConfigureAwait(false);
            }
            catch (BrokerException)
            {
                // Its heartbeat expires.
            }
        }

        await client.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
        _lock.Dispose();
    }
}
