using System.Buffers.Binary;
using System.Text;
using Microsoft.Extensions.Logging;
using QCluster.Hosting.Children;
using QCluster.Model;
using QCluster.Queue;
using QCluster.Queue.Clusters;
using QCluster.Model.Faults;
using QCluster.Hosting.Threading;
using QCluster.Redis;

namespace QCluster.Hosting.Monitor;

/// <summary>
/// Does the work of one queue's scripts in other queues: a chain's next step, the end of a step, the end of a chain. Every entry
/// is safe to repeat, and is removed only after it is processed, so several monitors may work on one outbox and each may die.
/// </summary>
internal sealed class Outbox(string name, RedisConnection connection, ClusterQueue source, int maxPacketBytes, ILogger logger, TimeProvider time)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(200);

    private readonly RedisTransport _broker = new(connection, name, time, logger);
    private readonly WakeUp _signal = new();

    public async Task RunAsync(CancellationToken stopping)
    {
        IAsyncDisposable? subscription = null;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                // A message that is missed costs the time until the next look.
                subscription ??= await connection.SubscribeAsync(source.Keys.OutboxChannel, _ => _signal.Set(), stopping).ConfigureAwait(false);
                if (!await DoAsync(stopping).ConfigureAwait(false))
                    await _signal.WaitAsync(Pace.UntilNext(LookAgain, time), stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
            catch (BrokerException e)
            {
                MonitorLog.OutboxFailed(logger, source.Keys.Queue, e.Message);
                await Task.WhenAny(Task.Delay(PauseAfterFailure, time, stopping)).ConfigureAwait(false);
            }
        }

        if (subscription is not null)
            await subscription.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>False when there was nothing to do.</summary>
    private async Task<bool> DoAsync(CancellationToken stopping)
    {
        var entries = await source.OutboxAsync(stopping).ConfigureAwait(false);
        if (entries.Count == 0)
            return false;
        foreach (var entry in entries)
        {
            try
            {
                await DoAsync(entry, stopping).ConfigureAwait(false);
            }
            catch (WireFormatException e)
            {
                // It can never be processed: it must not block the others.
                MonitorLog.OutboxRefused(logger, source.Keys.Queue, e.Message);
            }
        }

        // Processed first, then removed: after a death in between an entry is processed again, which changes nothing.
        FaultPoint.Pass(CrashPoint.OutboxDone, connection.Drop);
        await source.OutboxDoneAsync(entries, stopping).ConfigureAwait(false);
        return true;
    }

    /// <summary>Processes one entry. chain.lua lists its parts.</summary>
    private Task DoAsync(byte[] entry, CancellationToken stopping)
    {
        if (entry.Length < 2 || entry.Length < 2 + entry[1])
            throw new WireFormatException($"An entry of {entry.Length} bytes is too short to be one.");
        var queue = Encoding.UTF8.GetString(entry, 2, entry[1]);
        var body = entry[(2 + entry[1])..];
        return (char)entry[0] switch
        {
            'E' when body.Length > 5 => EnqueueAsync(queue, body, stopping),
            'A' when body.Length > 45 => AdvanceAsync(queue, body, stopping),
            'R' when body.Length == TaskId.ByteLength => EndHeldAsync(queue, body, stopping),
            _ => throw new WireFormatException($"An entry of kind {entry[0]} and {body.Length} bytes is not known here."),
        };
    }

    private async Task EnqueueAsync(string queue, byte[] body, CancellationToken stopping)
    {
        var delay = BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(1));
        await _broker.EnqueueAsync(new EnqueueBatch(queue, TaskLane.Parse((char)body[0]), [body[5..]], delay == 0 ? null : TimeSpan.FromMilliseconds(delay), Forced: true), stopping).ConfigureAwait(false);
    }

    private Task AdvanceAsync(string queue, byte[] body, CancellationToken stopping)
    {
        return BrokerOf(queue).AdvanceChainAsync(
            new ChainAdvance(
                body[..16],
                BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(16)),
                ((char)body[20]).ToString(),
                body[21..37],
                source.Keys.Queue,
                BinaryPrimitives.ReadDoubleBigEndian(body.AsSpan(37)),
                body[45..]),
            stopping);
    }

    private Task EndHeldAsync(string queue, byte[] chain, CancellationToken stopping) => BrokerOf(queue).EndHeldAsync(chain, stopping);

    private ClusterQueue BrokerOf(string queue) => new(connection, new RedisKeys(name, queue), maxPacketBytes);
}
