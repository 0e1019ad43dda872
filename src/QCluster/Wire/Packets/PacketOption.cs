using MessagePack;
using QCluster.Wire.Primitives;
using QCluster.Wire.Values;

namespace QCluster.Wire.Packets;

/// <summary>One entry of a task packet's options map: its key, and how to write and read it.</summary>
internal sealed class PacketOption
{
    private static readonly long MaxMilliseconds = TimeSpan.MaxValue.Ticks / TimeSpan.TicksPerMillisecond;
    private static readonly long MaxUnixMilliseconds = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private readonly int _key;
    private readonly Func<TaskPacket, bool> _isSet;
    private readonly WriteValue<TaskPacket> _write;
    private readonly ReadInto _read;

    private PacketOption(int key, Func<TaskPacket, bool> isSet, WriteValue<TaskPacket> write, ReadInto read)
    {
        _key = key;
        _isSet = isSet;
        _write = write;
        _read = read;
    }

    private delegate void ReadInto(ref WireReader reader, TaskPacket packet);

    public static PacketOption Text(int key, Func<TaskPacket, string?> get, Action<TaskPacket, string> set) =>
        new(
            key,
            packet => get(packet) is not null,
            (ref writer, packet) => writer.WriteText(get(packet)),
            (ref reader, packet) => set(packet, reader.ReadString()));

    public static PacketOption Bytes(int key, Func<TaskPacket, byte[]?> get, Action<TaskPacket, byte[]> set) =>
        new(
            key,
            packet => get(packet) is not null,
            (ref writer, packet) => writer.Write(get(packet)),
            (ref reader, packet) => set(packet, reader.ReadBinary().ToArray()));

    public static PacketOption Flag(int key, Func<TaskPacket, bool> get, Action<TaskPacket, bool> set) =>
        new(
            key,
            get,
            (ref writer, packet) => writer.Write(get(packet)),
            (ref reader, packet) => set(packet, reader.ReadBoolean()));

    public static PacketOption Count(int key, Func<TaskPacket, int?> get, Action<TaskPacket, int> set) =>
        new(
            key,
            packet => get(packet) is not null,
            (ref writer, packet) => writer.Write(get(packet)!.Value),
            (ref reader, packet) => set(packet, (int)ReadUpTo(ref reader, int.MaxValue)));

    public static PacketOption Milliseconds(int key, Func<TaskPacket, TimeSpan?> get, Action<TaskPacket, TimeSpan> set) =>
        new(
            key,
            packet => get(packet) is not null,
            // Rounded up, so that a time-out above nothing never becomes one of nothing.
            (ref writer, packet) => writer.Write(Math.Clamp((long)Math.Ceiling(get(packet)!.Value.TotalMilliseconds), 0, MaxMilliseconds)),
            (ref reader, packet) => set(packet, new TimeSpan(ReadUpTo(ref reader, MaxMilliseconds) * TimeSpan.TicksPerMillisecond)));

    public static PacketOption UnixMilliseconds(int key, Func<TaskPacket, DateTimeOffset?> get, Action<TaskPacket, DateTimeOffset> set) =>
        new(
            key,
            packet => get(packet) is not null,
            (ref writer, packet) => writer.Write(Math.Max(get(packet)!.Value.ToUnixTimeMilliseconds(), 0)),
            (ref reader, packet) => set(packet, DateTimeOffset.FromUnixTimeMilliseconds(ReadUpTo(ref reader, MaxUnixMilliseconds))));

    public static PacketOption[] InOrder(IEnumerable<PacketOption> options) => [.. options.OrderBy(option => option._key)];

    public static void WriteAll(ref MessagePackWriter writer, PacketOption[] options, TaskPacket packet)
    {
        var count = 0;
        foreach (var option in options)
            count += option._isSet(packet) ? 1 : 0;
        if (count == 0)
        {
            writer.WriteNil();
            return;
        }

        writer.WriteMapHeader(count);
        foreach (var option in options)
        {
            if (!option._isSet(packet))
                continue;
            writer.Write(option._key);
            option._write(ref writer, packet);
        }
    }

    /// <summary>Reads the known options; others may be those of a newer version, and are skipped.</summary>
    public static void ReadAll(ref WireReader reader, PacketOption[] options, TaskPacket packet)
    {
        if (reader.TryReadNil())
            return;
        var count = reader.ReadMapHeader();
        for (var i = 0; i < count; i++)
        {
            var key = reader.ReadInt64();
            if (Array.Find(options, option => option._key == key) is { } known)
                known._read(ref reader, packet);
            else
                reader.Skip();
        }
    }

    private static long ReadUpTo(ref WireReader reader, long maximum)
    {
        var start = reader.Consumed;
        var value = reader.ReadInt64();
        return value >= 0 && value <= maximum ? value : throw new WireFormatException($"Offset {start} holds the option {value}, which is not between 0 and {maximum}.");
    }
}
