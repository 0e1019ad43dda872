using System.Diagnostics;
using MessagePack;
using QCluster.Execution.Records;
using QCluster.Model;
using QCluster.TaskClasses.Consumers;
using QCluster.Wire;
using QCluster.Wire.Packets;

namespace QCluster.TaskClasses;

/// <summary>
/// Takes tasks of one queue without a worker, for a program that runs them itself. Unacknowledged tasks go back to the
/// queue when it is disposed, or, if its process dies, when its heartbeat has expired and a cluster serves the queue. From Celery's
/// <c>TaskConsumer</c>. Dispose it.
/// </summary>
public sealed class TaskConsumer : IAsyncDisposable
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan MaxPause = TimeSpan.FromMilliseconds(200);

    private readonly ConsumerMembership _membership;
    private readonly PacketFormat _format;
    private readonly RecordDecoder _decoder;

    internal TaskConsumer(ConsumerMembership membership, string queue, PacketFormat format)
    {
        _membership = membership;
        Queue = queue;
        _format = format;
        _decoder = new RecordDecoder(format);
    }

    /// <summary>The queue of the consumer.</summary>
    public string Queue { get; }

    /// <summary>Takes the next task.</summary>
    /// <param name="wait">The maximum time to wait for one. Null or zero: returns at once.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null if there is none in time. A refused packet is recorded as failed and skipped.</returns>
    public async Task<TaskMessage?> Receive(TimeSpan? wait = null, CancellationToken cancellationToken = default)
    {
        var clock = Stopwatch.StartNew();
        for (var pause = ShortestPause; ; pause = pause * 2 < MaxPause ? pause * 2 : MaxPause)
        {
            if (await _membership.TakeAsync(cancellationToken).ConfigureAwait(false) is { } element)
            {
                if (await ReadAsync(element, cancellationToken).ConfigureAwait(false) is { } message)
                    return message;
                continue;
            }

            if (wait != Timeout.InfiniteTimeSpan && clock.Elapsed + pause > (wait ?? TimeSpan.Zero))
                return null;
            await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Cancels every waiting or delayed task of the queue. The same as Celery's <c>discard_all</c>.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The number of cancelled tasks.</returns>
    public Task<long> DiscardAll(CancellationToken cancellationToken = default) => _membership.PurgeAsync(cancellationToken);

    private async Task<TaskMessage?> ReadAsync(byte[] element, CancellationToken cancellationToken)
    {
        var header = TaskElement.Read(element);
        var id = new TaskId(header.Key.Id, Queue);
        try
        {
            var packet = TaskPacket.Read(element, Queue, _format);
            return new TaskMessage(this, header.Key.ToBytes(), id.ToString(), packet.Attempt, _decoder.CallOf(packet)) { ResultTtl = packet.Result.Ttl, IgnoreResult = packet.Result.Ignore };
        }
        catch (WireFormatException e)
        {
            var refused = new TaskMessage(this, header.Key.ToBytes(), id.ToString(), header.Key.Attempt, new TaskCall(""));
            await EndAsync(refused, new TaskError(FailureReason.Refused, null, "The packet was refused: " + e.Message, null), default, cancellationToken).ConfigureAwait(false);
            return null;
        }
    }

    internal Task<bool> EndAsync(TaskMessage message, object? result, Exception? error, CancellationToken cancellationToken)
    {
        if (error is not null)
            return EndAsync(message, TaskError.Of(FailureReason.Exception, error), default, cancellationToken);
        return EndAsync(message, null, Serialise(result), cancellationToken);
    }

    private byte[] Serialise(object? result)
    {
        using var value = new PooledBuffer();
        var writer = new MessagePackWriter(value);
        _format.Serializer.Write(ref writer, result, typeof(object));
        writer.Flush();
        return value.WrittenSpan.ToArray();
    }

    private async Task<bool> EndAsync(TaskMessage message, TaskError? error, ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
    {
        var outcome = new TaskOutcome
        {
            State = error is null ? TaskState.Succeeded : TaskState.Failed,
            Attempt = (ushort)message.AttemptNumber,
            Started = message.Received,
            Stopped = DateTimeOffset.UtcNow,
            Value = value,
            Error = error,
            Worker = _membership.Incarnation,
            Cluster = _membership.Cluster,
        };
        return await _membership.EndAsync(message, outcome, cancellationToken).ConfigureAwait(false);
    }

    internal Task GiveBackAsync(TaskMessage message, CancellationToken cancellationToken) => _membership.GiveBackAsync(message.Attempt, cancellationToken);

    /// <summary>Returns unacknowledged tasks to the queue, and leaves.</summary>
    public ValueTask DisposeAsync() => _membership.DisposeAsync();
}
