using System.Buffers.Binary;

namespace QCluster.Wire;

/// <summary>The timestamp extension: seconds since 1970-01-01T00:00:00Z, and nanoseconds above them.</summary>
internal readonly record struct Timestamp(long Seconds, uint Nanoseconds)
{
    public const int MaxLength = 12;

    private const uint NanosecondsPerSecond = 1_000_000_000;
    private const uint NanosecondsPerTick = 100;
    private const int SecondsBits = 34;

    public static Timestamp From(DateTimeOffset value)
    {
        var (seconds, ticks) = Math.DivRem(value.UtcTicks - DateTime.UnixEpoch.Ticks, TimeSpan.TicksPerSecond);
        if (ticks < 0)
        {
            seconds--;
            ticks += TimeSpan.TicksPerSecond;
        }

        return new Timestamp(seconds, (uint)ticks * NanosecondsPerTick);
    }

    /// <summary>.NET counts in 100 ns; what is finer is cut off.</summary>
    public bool TryToDateTimeOffset(out DateTimeOffset value)
    {
        if (Seconds < DateTimeOffset.MinValue.ToUnixTimeSeconds() || Seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            value = default;
            return false;
        }

        value = DateTimeOffset.FromUnixTimeSeconds(Seconds).AddTicks(Nanoseconds / NanosecondsPerTick);
        return true;
    }

    public static bool TryDecode(ReadOnlySpan<byte> payload, out Timestamp value)
    {
        switch (payload.Length)
        {
            case 4:
                value = new Timestamp(BinaryPrimitives.ReadUInt32BigEndian(payload), 0);
                return true;
            case 8:
                var packed = BinaryPrimitives.ReadUInt64BigEndian(payload);
                value = new Timestamp((long)(packed & ((1UL << SecondsBits) - 1)), (uint)(packed >> SecondsBits));
                return value.Nanoseconds < NanosecondsPerSecond;
            case 12:
                value = new Timestamp(BinaryPrimitives.ReadInt64BigEndian(payload[4..]), BinaryPrimitives.ReadUInt32BigEndian(payload));
                return value.Nanoseconds < NanosecondsPerSecond;
            default:
                value = default;
                return false;
        }
    }

    /// <summary>Writes the shortest of the three forms and returns its length.</summary>
    public int Encode(Span<byte> payload)
    {
        if (Seconds >> SecondsBits != 0)
        {
            BinaryPrimitives.WriteUInt32BigEndian(payload, Nanoseconds);
            BinaryPrimitives.WriteInt64BigEndian(payload[4..], Seconds);
            return 12;
        }

        if (Nanoseconds != 0 || Seconds > uint.MaxValue)
        {
            BinaryPrimitives.WriteUInt64BigEndian(payload, ((ulong)Nanoseconds << SecondsBits) | (ulong)Seconds);
            return 8;
        }

        BinaryPrimitives.WriteUInt32BigEndian(payload, (uint)Seconds);
        return 4;
    }
}
