using System.Runtime.CompilerServices;
using MessagePack;
using Microsoft.Extensions.Logging;
using QCluster.Model;
using QCluster.Queue;
using QCluster.Hosting.Channels;
using QCluster.Hosting.Gateway;
using QCluster.Hosting.Threading;
using QCluster.Wire;
using QCluster.Wire.Primitives;

namespace QCluster.Hosting.Pusher;

/// <summary>Makes client calls for tasks, whose processes have no Redis. Every call is safe to repeat, so a worker that got no answer calls again.</summary>
internal sealed class ClientGateway(IScriptTransport transport, ILogger logger) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Connections that have sent what no client sends: that is logged once for each, since nothing limits how often task code may try.</summary>
    private readonly ConditionalWeakTable<FrameConnection, Exception> _refused = [];

    public void Answer(FrameConnection connection, ReadOnlySpan<byte> call)
    {
        var copy = call.ToArray();
        Background.Watch(AnswerAsync(connection, copy));
    }

    private async Task AnswerAsync(FrameConnection connection, byte[] call)
    {
        var reader = new WireReader(call);
        var number = reader.ReadInt64();
        using var answer = new PooledBuffer();
        try
        {
            await RunAsync(call, number, answer).ConfigureAwait(false);
        }
        catch (Exception e) when (e is QClusterException or OperationCanceledException)
        {
            // Only a call that cannot be read is that: it is no fault of Redis.
            if (e is not WireFormatException)
                PusherLog.CallFailed(logger, e.Message);
            else if (_refused.TryAdd(connection, e))
                PusherLog.CallRefused(logger, e.Message);
            answer.Reset();
            var writer = new MessagePackWriter(answer);
            writer.Write(number);
            writer.Write(false);
            writer.Write((long)((e as BrokerException)?.Problem ?? BrokerProblem.Other));
            writer.WriteText(e.Message);
            writer.Flush();
        }

        connection.Send(FrameType.Answer, answer.WrittenSpan);
    }

    private async Task RunAsync(byte[] call, long number, PooledBuffer answer)
    {
        var kind = KindOf(call);
        switch (kind)
        {
            case GatewayCall.Enqueue:
                Write(answer, number, WriteHolder, await transport.EnqueueAsync(ReadBatch(call), _stopping.Token).ConfigureAwait(false));
                break;
            case GatewayCall.Queues:
                Write(answer, number, WriteNames, await transport.QueuesAsync(_stopping.Token).ConfigureAwait(false));
                break;
            case GatewayCall.Script:
                Write(answer, number, GatewayCodec.WriteReply, await transport.RunAsync(ReadScript(call), _stopping.Token).ConfigureAwait(false));
                break;
            case GatewayCall.WaitScript:
                var (script, key, limit) = ReadWaitScript(call);
                Write(answer, number, GatewayCodec.WriteReply, await transport.WaitAsync(script, key, limit, _stopping.Token).ConfigureAwait(false));
                break;
            default:
                throw new WireFormatException($"The call {(int)kind} is not one that a task may make.");
        }
    }

    private delegate void Writing<in T>(ref MessagePackWriter writer, T value);

    private static void Write<T>(PooledBuffer answer, long number, Writing<T> body, T value)
    {
        var writer = new MessagePackWriter(answer);
        writer.Write(number);
        writer.Write(true);
        body(ref writer, value);
        writer.Flush();
    }

    private static void WriteHolder(ref MessagePackWriter writer, byte[]? holder)
    {
        if (holder is null)
            writer.WriteNil();
        else
            writer.Write(holder);
    }

    private static void WriteNames(ref MessagePackWriter writer, IReadOnlyList<string> names)
    {
        writer.WriteArrayHeader(names.Count);
        foreach (var name in names)
            writer.WriteText(name);
    }

    private static GatewayCall KindOf(byte[] call)
    {
        var reader = new WireReader(call);
        reader.Skip();
        return (GatewayCall)reader.ReadInt32();
    }

    private static WireReader Body(byte[] call)
    {
        // The largest call is a bulk enqueue, of many packets.
        var reader = new WireReader(call, WireLimits.Default with { MaxLength = int.MaxValue });
        reader.Skip();
        reader.Skip();
        return reader;
    }

    private static ScriptCall ReadScript(byte[] call)
    {
        var reader = Body(call);
        return GatewayCodec.ReadScript(ref reader);
    }

    private static (ScriptCall Script, Guid Key, TimeSpan Wait) ReadWaitScript(byte[] call)
    {
        var reader = Body(call);
        return (GatewayCodec.ReadScript(ref reader), new Guid(reader.ReadBinary(), bigEndian: true), GatewayCodec.ReadDuration(ref reader) ?? Timeout.InfiniteTimeSpan);
    }

    private static EnqueueBatch ReadBatch(byte[] call)
    {
        var reader = Body(call);
        var queue = reader.ReadString();
        var lane = TaskLane.Parse((char)reader.ReadInt32());
        var delay = GatewayCodec.ReadDuration(ref reader);
        DateTimeOffset? due = reader.TryReadNil() ? null : reader.ReadDateTimeOffset();
        var demand = (EnqueueDemand)reader.ReadInt32();
        var function = GatewayCodec.ReadText(ref reader);
        var elements = new List<byte[]>();
        for (var count = reader.ReadArrayHeader(); count > 0; count--)
            elements.Add(reader.ReadBinary().ToArray());
        return new EnqueueBatch(queue, lane, elements, delay, due, Demand: demand is EnqueueDemand.Cluster or EnqueueDemand.Slot ? demand : EnqueueDemand.None, DemandedFunction: function);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await transport.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }
}
