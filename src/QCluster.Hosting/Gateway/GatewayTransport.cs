using System.Collections.Concurrent;
using MessagePack;
using QCluster.Queue;
using QCluster.Wire;
using QCluster.Wire.Primitives;

namespace QCluster.Hosting.Gateway;

/// <summary>The client calls of tasks, sent to the pusher. A call whose pusher died is sent again to the next one.</summary>
internal sealed class GatewayTransport(Func<byte[], bool> send, TimeSpan callTimeout) : IScriptTransport
{
    private readonly ConcurrentDictionary<long, PendingCall> _pending = new();
    private long _number;

    private delegate void Writing(ref MessagePackWriter writer);

    private delegate T Reading<out T>(ref WireReader reader);

    public Task<byte[]?> EnqueueAsync(EnqueueBatch batch, CancellationToken cancellationToken) =>
        CallAsync(
            GatewayCall.Enqueue,
            (ref MessagePackWriter writer) =>
            {
                writer.WriteText(batch.Queue);
                writer.Write(batch.Lane.Letter);
                GatewayCodec.WriteDuration(ref writer, batch.Delay);
                if (batch.Due is { } due)
                    writer.Write(due.UtcDateTime);
                else
                    writer.WriteNil();
                writer.Write((long)batch.Demand);
                GatewayCodec.WriteText(ref writer, batch.DemandedFunction);
                writer.WriteArrayHeader(batch.Elements.Count);
                foreach (var element in batch.Elements)
                    writer.Write(element);
            },
            static (ref WireReader reader) => reader.TryReadNil() ? null : reader.ReadBinary().ToArray(),
            callTimeout,
            cancellationToken);

    public Task<ScriptReply> RunAsync(ScriptCall call, CancellationToken cancellationToken) =>
        CallAsync(GatewayCall.Script, (ref MessagePackWriter writer) => GatewayCodec.WriteScript(ref writer, call), GatewayCodec.ReadReply, callTimeout, cancellationToken);

    public Task<ScriptReply> WaitAsync(ScriptCall call, Guid key, TimeSpan wait, CancellationToken cancellationToken) =>
        CallAsync(
            GatewayCall.WaitScript,
            (ref MessagePackWriter writer) =>
            {
                GatewayCodec.WriteScript(ref writer, call);
                writer.Write(key.ToByteArray(bigEndian: true));
                GatewayCodec.WriteDuration(ref writer, wait == Timeout.InfiniteTimeSpan ? null : wait);
            },
            GatewayCodec.ReadReply,
            wait == Timeout.InfiniteTimeSpan ? wait : wait + callTimeout,
            cancellationToken);

    public Task<IReadOnlyList<string>> QueuesAsync(CancellationToken cancellationToken) =>
        CallAsync<IReadOnlyList<string>>(
            GatewayCall.Queues,
            static (ref MessagePackWriter _) => { },
            static (ref WireReader reader) =>
            {
                var names = new List<string>();
                for (var count = reader.ReadArrayHeader(); count > 0; count--)
                    names.Add(reader.ReadString());
                return names;
            },
            callTimeout,
            cancellationToken);

    /// <summary>An answer from the pusher.</summary>
    public void OnAnswer(ReadOnlySpan<byte> answer)
    {
        var copy = answer.ToArray();
        var reader = new WireReader(copy, WireLimits.Default with { MaxLength = int.MaxValue });
        if (_pending.TryRemove(reader.ReadInt64(), out var call))
            call.Complete(copy);
    }

    /// <summary>Sends unanswered calls again to a new pusher.</summary>
    public void OnReconnected()
    {
        foreach (var call in _pending.Values)
            send(call.Frame);
    }

    private async Task<T> CallAsync<T>(GatewayCall kind, Writing write, Reading<T> read, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _number);
        var call = new PendingCall(Compose(number, kind, write));
        _pending[number] = call;
        try
        {
            // Without a connection now, the next one sends it.
            send(call.Frame);
            var answer = await call.Answer.WaitAsync(timeout, cancellationToken).ConfigureAwait(false);
            return Read(answer, read);
        }
        catch (TimeoutException e)
        {
            throw new BrokerException(BrokerProblem.Unavailable, $"The pusher did not answer a client call within {timeout.TotalSeconds:0.#} s. See its log.", e);
        }
        finally
        {
            _pending.TryRemove(number, out _);
        }
    }

    private static byte[] Compose(long number, GatewayCall kind, Writing write)
    {
        using var buffer = new PooledBuffer();
        var writer = new MessagePackWriter(buffer);
        writer.Write(number);
        writer.Write((long)kind);
        write(ref writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static T Read<T>(byte[] answer, Reading<T> read)
    {
        var reader = new WireReader(answer, WireLimits.Default with { MaxLength = int.MaxValue });
        reader.Skip();
        if (reader.ReadBoolean())
            return read(ref reader);
        throw new BrokerException((BrokerProblem)reader.ReadInt32(), reader.ReadString());
    }

    public ValueTask DisposeAsync() => default;

    private sealed class PendingCall(byte[] frame)
    {
        private readonly TaskCompletionSource<byte[]> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public byte[] Frame => frame;

        public Task<byte[]> Answer => _answer.Task;

        public void Complete(byte[] answer) => _answer.TrySetResult(answer);
    }
}
