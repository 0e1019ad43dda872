using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace QCluster.Model;

/// <summary>
/// The identity of one task: a UUID version 7 made by the client, and its queue, so that an id alone leads to
/// every key of the task. Text form: 32 hexadecimal digits, followed by <c>@queue</c> unless the queue is <c>default</c>.
/// </summary>
/// <remarks>
/// Ids that one process makes in a row share all but their last five bits for 32 ids: byte 15 counts 0-31, bytes 12-14 count
/// above it, bytes 6-11 are random per process. Bytes 6-14 name the bucket that holds the task's state in Redis, so
/// neighbours share a small hash and the memory per waiting task is the same for a thousand tasks and for a million.
/// <para>Consecutive ids of one process are sorted, also if its clock is set back, by at most
/// <see cref="MaxClockStep"/>: until the clock has caught up, they carry the time of the last id. After a longer step they follow the clock.</para>
/// </remarks>
internal readonly record struct TaskId(Guid Value, string Queue)
{
    public const int ByteLength = 16;
    public const string DefaultQueue = "default";

    private const int TextLength = ByteLength * 2;
    private const int NeighbourBits = 5;

    /// <summary>The part of the token that sorts first starts in its lower half: it does not wrap in 2^40 ids.</summary>
    private const ulong TokenStart = ~0x800UL;

    /// <summary>The maximum time by which an id may be ahead of the clock. Larger steps are corrections by hand, and clocks of tests.</summary>
    public static readonly TimeSpan MaxClockStep = TimeSpan.FromMinutes(1);

    private static readonly ulong ProcessToken = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)) & TokenStart;
    private static long _lastMilliseconds;
    private static long _counter = RandomNumberGenerator.GetInt32(1 << 20);

    public static TaskId New(string queue, TimeProvider clock)
    {
        Span<byte> bytes = stackalloc byte[ByteLength];
        BinaryPrimitives.WriteInt64BigEndian(bytes, NextMilliseconds(clock) << 16);
        var count = (ulong)Interlocked.Increment(ref _counter);
        // Each 2^29 ids the random part changes too, so a count that wraps cannot meet an older id of the same millisecond.
        var token = ProcessToken + (count >> (24 + NeighbourBits));
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], (ushort)(0x7000 | (token & 0x0FFF)));
        BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], 0x8000_0000 | ((uint)(token >> 12) & 0x3FFF_FFFF));
        BinaryPrimitives.WriteUInt32BigEndian(bytes[12..], ((uint)(count >> NeighbourBits) << 8) | (uint)(count & ((1 << NeighbourBits) - 1)));
        return new TaskId(new Guid(bytes, bigEndian: true), queue);
    }

    /// <summary>The clock's time, or that of the last id if it is a little later.</summary>
    private static long NextMilliseconds(TimeProvider clock)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        while (true)
        {
            var last = Volatile.Read(ref _lastMilliseconds);
            if (now == last || (now < last && last - now <= (long)MaxClockStep.TotalMilliseconds))
                return last;
            if (Interlocked.CompareExchange(ref _lastMilliseconds, now, last) == last)
                return now;
        }
    }

    public static TaskId FromBytes(ReadOnlySpan<byte> bytes, string queue) => new(new Guid(bytes[..ByteLength], bigEndian: true), queue);

    public static bool TryParse(string? text, [NotNullWhen(true)] out TaskId? id)
    {
        id = null;
        if (text is null || text.Length < TextLength || !Guid.TryParseExact(text.AsSpan(0, TextLength), "N", out var value))
            return false;
        if (text.Length == TextLength)
        {
            id = new TaskId(value, DefaultQueue);
            return true;
        }

        if (text[TextLength] != '@' || text.Length == TextLength + 1)
            return false;
        id = new TaskId(value, text[(TextLength + 1)..]);
        return true;
    }

    /// <summary>The id of this task's hook: always the same, in the same bucket.</summary>
    public TaskId ForHook() => Marked(NeighbourBits);

    /// <summary>The id of this task's callback: always the same, in the same bucket.</summary>
    public TaskId ForCallback() => Marked(NeighbourBits + 1);

    private TaskId Marked(int bit)
    {
        Span<byte> bytes = stackalloc byte[ByteLength];
        CopyTo(bytes);
        bytes[ByteLength - 1] |= (byte)(1 << bit);
        return FromBytes(bytes, Queue);
    }

    public void CopyTo(Span<byte> destination) => Value.TryWriteBytes(destination, bigEndian: true, out _);

    public byte[] ToBytes() => Value.ToByteArray(bigEndian: true);

    /// <summary>The time at which the client created the id: its clock, in milliseconds.</summary>
    public DateTimeOffset Created
    {
        get
        {
            Span<byte> bytes = stackalloc byte[ByteLength];
            CopyTo(bytes);
            var milliseconds = BinaryPrimitives.ReadInt64BigEndian(bytes) >> 16;
            return milliseconds is >= 0 and <= 253402300799999 ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : DateTimeOffset.UnixEpoch;
        }
    }

    public override string ToString() => Queue == DefaultQueue ? Value.ToString("N") : $"{Value:N}@{Queue}";
}
