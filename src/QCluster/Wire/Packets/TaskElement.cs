namespace QCluster.Wire;

/// <summary>
/// What stands in a Redis list for a task. Its header has fixed places, so that Lua scripts can count attempts and losses
/// without touching the envelope: version, lost, attempt (two bytes, big-endian), id (16 bytes), then the envelope.
/// </summary>
internal static class TaskElement
{
    public const byte Version = 1;
    public const int LostOffset = 1;
    public const int FieldOffset = 2;
    public const int IdOffset = 4;
    public const int HeaderLength = FieldOffset + AttemptKey.ByteLength;

    public static bool TryRead(ReadOnlySpan<byte> element, out TaskElementHeader header, out ReadOnlySpan<byte> envelope)
    {
        if (WhyNot(element) is not null)
        {
            header = default;
            envelope = default;
            return false;
        }

        header = new TaskElementHeader(element[LostOffset], AttemptKey.FromBytes(element[FieldOffset..]));
        envelope = element[HeaderLength..];
        return true;
    }

    public static TaskElementHeader Read(ReadOnlySpan<byte> element) =>
        TryRead(element, out var header, out _) ? header : throw new WireFormatException(WhyNot(element)!);

    /// <summary>The bytes that name the attempt elsewhere. The element must be at least as long as its header.</summary>
    public static ReadOnlySpan<byte> FieldOf(ReadOnlySpan<byte> element) => element.Slice(FieldOffset, AttemptKey.ByteLength);

    public static void WriteHeader(Span<byte> destination, TaskElementHeader header)
    {
        destination[0] = Version;
        destination[LostOffset] = header.Lost;
        header.Key.CopyTo(destination[FieldOffset..]);
    }

    private static string? WhyNot(ReadOnlySpan<byte> element)
    {
        if (element.Length < HeaderLength)
            return $"A task element of {element.Length} bytes is shorter than its header of {HeaderLength}.";
        if (element[0] != Version)
            return $"A task element of version {element[0]} is not known here, only version {Version}: update this side.";
        return (element[FieldOffset] | element[FieldOffset + 1]) == 0 ? "A task element says attempt 0; attempts count from 1." : null;
    }
}
