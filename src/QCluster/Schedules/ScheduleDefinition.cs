using System.Security.Cryptography;
using System.Text;
using MessagePack;
using QCluster.Wire;

namespace QCluster.Schedules;

/// <summary>A schedule as Redis has it: signed, with a task of its as the pattern of all.</summary>
internal sealed class ScheduleDefinition
{
    private const int ItemCount = 7;
    private const byte PeriodicFlag = 1;

    public required string Name { get; init; }

    public required Recurrence When { get; init; }

    public required string TimeZone { get; init; }

    public required DateTimeOffset Start { get; init; }

    public int? Repeats { get; init; }

    public CatchUp? CatchUp { get; init; }

    public Overlap Overlap { get; init; }

    /// <summary>It comes from a <see cref="PeriodicTask"/>.</summary>
    public bool IsPeriodicTask { get; init; }

    public required byte[] Pattern { get; init; }

    public Calendar Calendar => new(When, Start, Schedule.ZoneOf(TimeZone));

    /// <summary>What signatures of this schedule, and its pattern, are made out to.</summary>
    public static Guid IdOf(string name, string queue) => Derive("schedule", name, queue, 0);

    /// <summary>The id of a slot's task: always the same, so that a slot has one.</summary>
    public static TaskId SlotOf(string name, string queue, DateTimeOffset due) => new(Derive("slot", name, queue, due.ToUnixTimeMilliseconds()), queue);

    public byte[] ToBytes(string queue, PacketSigner signer)
    {
        using var draft = EnvelopeDraft.Rent();
        var body = new MessagePackWriter(draft.Buffer);
        body.WriteArrayHeader(ItemCount);
        body.WriteText(When.ToString());
        body.WriteText(TimeZone);
        body.Write(Start.ToUnixTimeMilliseconds());
        body.Write(Repeats ?? 0);
        body.Write(CatchUp is { } catchUp ? (int)catchUp : -1);
        body.Write((int)Overlap | ((IsPeriodicTask ? PeriodicFlag : 0) << 4));
        body.Write(Pattern);
        body.Flush();
        return Envelope.Seal(draft, IdOf(Name, queue), PacketPurpose.Schedule, signer, compress: false);
    }

    /// <exception cref="WireFormatException">It is damaged, of another version, or not signed as it must be.</exception>
    public static ScheduleDefinition Read(string name, string queue, ReadOnlyMemory<byte> bytes, PacketSigner signer, WireLimits limits)
    {
        var body = Envelope.Open(bytes, IdOf(name, queue), PacketPurpose.Schedule, signer, limits, out _);
        var reader = new WireReader(body, limits);
        var count = reader.ReadArrayHeader();
        if (count < ItemCount)
            throw new WireFormatException($"A schedule has {ItemCount} items; this one has {count}.");
        try
        {
            var when = Recurrence.Parse(reader.ReadString());
            var zone = reader.ReadString();
            var start = DateTimeOffset.FromUnixTimeMilliseconds(reader.ReadInt64());
            var repeats = reader.ReadInt32();
            var catchUp = reader.ReadInt32();
            var flags = reader.ReadInt32();
            return new ScheduleDefinition
            {
                Name = name,
                When = when,
                TimeZone = zone,
                Start = start,
                Repeats = repeats == 0 ? null : repeats,
                CatchUp = catchUp < 0 ? null : (CatchUp)catchUp,
                Overlap = (Overlap)(flags & 0x0F),
                IsPeriodicTask = (flags >> 4 & PeriodicFlag) != 0,
                Pattern = reader.ReadBinary().ToArray(),
            };
        }
        catch (ArgumentException e)
        {
            throw new WireFormatException($"The schedule '{name}' cannot be read: {e.Message}");
        }
    }

    /// <summary>As task ids are: the time, then a version and what tells it from others.</summary>
    private static Guid Derive(string purpose, string name, string queue, long milliseconds)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{purpose}\n{queue}\n{name}\n{milliseconds}"));
        var bytes = hash.AsSpan(0, TaskId.ByteLength);
        for (var i = 0; i < 6; i++)
            bytes[i] = (byte)(milliseconds >> (8 * (5 - i)));
        bytes[6] = (byte)(0x70 | (bytes[6] & 0x0F));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3F));
        // The id of its hook has this bit.
        bytes[15] &= 0x1F;
        return new Guid(bytes, bigEndian: true);
    }
}
