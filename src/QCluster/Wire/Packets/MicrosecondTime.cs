using MessagePack;
using QCluster.Wire.Primitives;

namespace QCluster.Wire.Packets;

/// <summary>Instants as microseconds since 1970: the precision of a clock, in an integer that every language has.</summary>
internal static class MicrosecondTime
{
    private static readonly long Minimum = ToMicroseconds(DateTimeOffset.MinValue);
    private static readonly long Maximum = ToMicroseconds(DateTimeOffset.MaxValue);

    public static void Write(ref MessagePackWriter writer, DateTimeOffset value) => writer.Write(ToMicroseconds(value));

    public static DateTimeOffset Read(ref WireReader reader)
    {
        var start = reader.Consumed;
        var value = reader.ReadInt64();
        return value >= Minimum && value <= Maximum
            ? DateTimeOffset.UnixEpoch.AddTicks(value * TimeSpan.TicksPerMicrosecond)
            : throw WireErrors.DoesNotFit(start, value, nameof(DateTimeOffset));
    }

    private static long ToMicroseconds(DateTimeOffset value) => (value.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
}
