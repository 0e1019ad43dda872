using System.Security.Cryptography;
using System.Text;
using MessagePack;
using QCluster.Model;
using QCluster.TaskClasses;
using QCluster.Wire.Packets;
using QCluster.Wire.Primitives;

namespace QCluster.Client.Schedules;

/// <summary>A schedule in the form of Redis: signed, with the pattern of its tasks.</summary>
internal sealed class ScheduleDefinition
{
    private const int ItemCount = 9;
    private const int FirstItemCount = 7;
    private const int PeriodicFlag = 0x10;
    private const int ImpliedStartFlag = 0x20;

    public required string Name { get; init; }

    public required Recurrence When { get; init; }

    public required string TimeZone { get; init; }

    public required DateTimeOffset Start { get; init; }

    /// <summary>True if the caller gave no start. Assumed for schedules of versions that did not store this.</summary>
    public bool IsStartImplied { get; init; }

    public int? Repeats { get; init; }

    public CatchUp? CatchUp { get; init; }

    public Overlap Overlap { get; init; }

    /// <summary>The maximum time between the due time and the start of a task. Null: no limit.</summary>
    public TimeSpan? ExpiresAfter { get; init; }

    /// <summary>True if a <see cref="PeriodicTask"/> added it.</summary>
    public bool IsPeriodicTask { get; init; }

    public required byte[] Pattern { get; init; }

    public Calendar Calendar => new(When, Start, Schedule.ZoneOf(TimeZone));

    /// <summary>Tells whether another definition is due at the same times.</summary>
    public bool HasTimingOf(ScheduleDefinition other) => When.Equals(other.When) && TimeZone == other.TimeZone && Start == other.Start;

    /// <summary>The id for which this schedule and its pattern are signed.</summary>
    public static Guid IdOf(string name, string queue) => Derive("schedule", name, queue, 0);

    /// <summary>The id of an occurrence's task: always the same, so that an occurrence has one task.</summary>
    public static TaskId SlotOf(string name, string queue, DateTimeOffset due) => new(Derive("slot", name, queue, due.ToUnixTimeMilliseconds()), queue);

    public byte[] ToBytes(string queue, PacketFormat format)
    {
        using var draft = EnvelopeDraft.Rent();
        var body = new MessagePackWriter(draft.Buffer);
        body.WriteArrayHeader(ItemCount);
        // The day match of a cron expression is a separate item: readers that do not know it read the rest.
        body.WriteText(When.Expression ?? When.ToString());
        body.WriteText(TimeZone);
        body.Write(Start.ToUnixTimeMilliseconds());
        body.Write(Repeats ?? 0);
        body.Write(CatchUp is { } catchUp ? (int)catchUp : -1);
        body.Write((int)Overlap | (IsPeriodicTask ? PeriodicFlag : 0) | (IsStartImplied ? ImpliedStartFlag : 0));
        body.Write(Pattern);
        body.Write((int)When.DayMatch);
        body.Write((long)(ExpiresAfter?.TotalMilliseconds ?? 0));
        body.Flush();
        return Envelope.Seal(draft, IdOf(Name, queue), PacketPurpose.Schedule, format.Signer, compress: false);
    }

    /// <exception cref="WireFormatException">The definition is damaged, of another version, or not correctly signed.</exception>
    public static ScheduleDefinition Read(string name, string queue, ReadOnlyMemory<byte> bytes, PacketFormat format)
    {
        var body = Envelope.Open(bytes, IdOf(name, queue), PacketPurpose.Schedule, format.Signer, format.Limits, out _);
        var reader = new WireReader(body, format.Limits);
        var count = reader.ReadArrayHeader();
        if (count < FirstItemCount)
            throw new WireFormatException($"A schedule has at least {FirstItemCount} items; this one has {count}.");
        try
        {
            var when = Recurrence.Parse(reader.ReadString());
            var zone = reader.ReadString();
            var start = DateTimeOffset.FromUnixTimeMilliseconds(reader.ReadInt64());
            var repeats = reader.ReadInt32();
            var catchUp = reader.ReadInt32();
            var flags = reader.ReadInt32();
            var pattern = reader.ReadBinary().ToArray();
            // Before there was a choice, days had to match both fields.
            var dayMatch = count > FirstItemCount ? (CronDays)reader.ReadInt32() : CronDays.Both;
            var expiresAfter = count >= ItemCount ? reader.ReadInt64() : 0;
            return new ScheduleDefinition
            {
                Name = name,
                When = when.Expression is { } expression ? Recurrence.Cron(expression, dayMatch) : when,
                TimeZone = zone,
                Start = start,
                IsStartImplied = count == FirstItemCount || (flags & ImpliedStartFlag) != 0,
                Repeats = repeats == 0 ? null : repeats,
                CatchUp = catchUp < 0 ? null : (CatchUp)catchUp,
                Overlap = (Overlap)(flags & 0x0F),
                ExpiresAfter = expiresAfter == 0 ? null : TimeSpan.FromMilliseconds(expiresAfter),
                IsPeriodicTask = (flags & PeriodicFlag) != 0,
                Pattern = pattern,
            };
        }
        catch (ArgumentException e)
        {
            throw new WireFormatException($"The schedule '{name}' cannot be read: {e.Message}");
        }
    }

    /// <summary>Has the form of task ids: the time, then a version and distinguishing bits.</summary>
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
