using MessagePack;
using QCluster.Model;
using QCluster.Queue;
using QCluster.Wire.Primitives;

namespace QCluster.Hosting.Gateway;

/// <summary>Writes and reads what both ends of the gateway have in common.</summary>
internal static class GatewayCodec
{
    private const int DeepestReply = 8;

    public static void WriteId(ref MessagePackWriter writer, TaskId id)
    {
        writer.Write(id.ToBytes());
        writer.WriteText(id.Queue);
    }

    public static TaskId ReadId(ref WireReader reader)
    {
        var bytes = reader.ReadBinary();
        if (bytes.Length != TaskId.ByteLength)
            throw new WireFormatException($"An id has {bytes.Length} bytes; {TaskId.ByteLength} are needed.");
        return TaskId.FromBytes(bytes, reader.ReadString());
    }

    public static void WriteDuration(ref MessagePackWriter writer, TimeSpan? duration)
    {
        if (duration is { } value)
            writer.Write(value.Ticks);
        else
            writer.WriteNil();
    }

    public static TimeSpan? ReadDuration(ref WireReader reader) => reader.TryReadNil() ? null : TimeSpan.FromTicks(reader.ReadInt64());

    public static void WriteLookup(ref MessagePackWriter writer, TaskLookup lookup)
    {
        writer.Write((long)lookup.Place);
        writer.Write(lookup.Record.Span);
        if (lookup.Ahead is { } ahead)
            writer.Write(ahead);
        else
            writer.WriteNil();
        if (lookup.Due is { } due)
            writer.Write(due.UtcDateTime);
        else
            writer.WriteNil();
        WriteText(ref writer, lookup.Cluster);
        WriteText(ref writer, lookup.Incarnation);
        writer.Write(lookup.Element.Span);
        writer.Write(lookup.Lane.Letter);
    }

    public static TaskLookup ReadLookup(ref WireReader reader) => new(
        (TaskPlace)reader.ReadInt32(),
        reader.ReadBinary().ToArray(),
        reader.TryReadNil() ? null : reader.ReadInt64(),
        reader.TryReadNil() ? null : reader.ReadDateTimeOffset(),
        ReadText(ref reader),
        ReadText(ref reader),
        reader.ReadBinary().ToArray()) { Lane = TaskLane.Parse((char)reader.ReadInt32()) };

    public static void WriteSizes(ref MessagePackWriter writer, QueueSizes sizes)
    {
        writer.WriteText(sizes.Queue);
        writer.WriteArrayHeader(sizes.WaitingByPriority.Count);
        foreach (var waiting in sizes.WaitingByPriority)
            writer.Write(waiting);
        foreach (var count in new[] { sizes.Waiting, sizes.Delayed, sizes.Running, sizes.Succeeded, sizes.Failed, sizes.Cancelled, sizes.Refused, sizes.Limited, sizes.Retried, sizes.Recovered, sizes.Dead, sizes.PausedSince?.ToUnixTimeMilliseconds() ?? 0, (long)(sizes.OldestWaiting?.TotalMilliseconds ?? -1), (long)sizes.DelayedLag.TotalMilliseconds, (long)sizes.ScheduleLag.TotalMilliseconds, sizes.At.ToUnixTimeMilliseconds() })
            writer.Write(count);
    }

    public static QueueSizes ReadSizes(ref WireReader reader)
    {
        var queue = reader.ReadString();
        var byPriority = new long[reader.ReadArrayHeader()];
        for (var i = 0; i < byPriority.Length; i++)
            byPriority[i] = reader.ReadInt64();
        var waiting = reader.ReadInt64();
        return new QueueSizes(queue, waiting, byPriority, reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64())
        {
            Limited = reader.ReadInt64(),
            Retried = reader.ReadInt64(),
            Recovered = reader.ReadInt64(),
            Dead = reader.ReadInt64(),
            PausedSince = reader.ReadInt64() is var paused and > 0 ? DateTimeOffset.FromUnixTimeMilliseconds(paused) : null,
            OldestWaiting = reader.ReadInt64() is var oldest and >= 0 ? TimeSpan.FromMilliseconds(oldest) : null,
            DelayedLag = TimeSpan.FromMilliseconds(reader.ReadInt64()),
            ScheduleLag = TimeSpan.FromMilliseconds(reader.ReadInt64()),
            At = DateTimeOffset.FromUnixTimeMilliseconds(reader.ReadInt64()),
        };
    }

    public static void WriteScript(ref MessagePackWriter writer, ScriptCall call)
    {
        writer.Write((long)call.Script);
        writer.WriteText(call.Queue);
        writer.Write(call.Key);
        writer.WriteArrayHeader(call.Arguments.Count);
        foreach (var argument in call.Arguments)
            writer.Write(argument);
    }

    public static ScriptCall ReadScript(ref WireReader reader)
    {
        var script = (QueueScript)reader.ReadInt32();
        var queue = reader.ReadString();
        var key = reader.ReadBinary().ToArray();
        var arguments = new byte[reader.ReadArrayHeader()][];
        for (var i = 0; i < arguments.Length; i++)
            arguments[i] = reader.ReadBinary().ToArray();
        return new ScriptCall(script, queue, key, arguments);
    }

    public static void WriteReply(ref MessagePackWriter writer, ScriptReply reply)
    {
        if (reply.IsNil)
        {
            writer.WriteNil();
        }
        else if (reply.IsList)
        {
            writer.WriteArrayHeader(reply.Items.Count);
            foreach (var item in reply.Items)
                WriteReply(ref writer, item);
        }
        else
        {
            writer.Write(reply.Bytes);
        }
    }

    public static ScriptReply ReadReply(ref WireReader reader) => ReadReply(ref reader, 0);

    private static ScriptReply ReadReply(ref WireReader reader, int depth)
    {
        if (depth > DeepestReply)
            throw new WireFormatException($"A reply is nested deeper than {DeepestReply} levels.");
        if (reader.TryReadNil())
            return default;
        if (reader.PeekType() != MessagePackType.Array)
            return ScriptReply.Of(reader.ReadBinary().ToArray());
        var items = new ScriptReply[reader.ReadArrayHeader()];
        for (var i = 0; i < items.Length; i++)
            items[i] = ReadReply(ref reader, depth + 1);
        return ScriptReply.Of(items);
    }

    public static void WriteText(ref MessagePackWriter writer, string? text)
    {
        if (text is null)
            writer.WriteNil();
        else
            writer.WriteText(text);
    }

    public static string? ReadText(ref WireReader reader) => reader.TryReadNil() ? null : reader.ReadString();
}
