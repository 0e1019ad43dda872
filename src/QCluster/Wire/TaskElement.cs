namespace QCluster.Wire;

/// <summary>
/// What stands in a queue list: a header that Redis scripts can change, then the signed envelope which they cannot.
/// Byte 0 version, byte 1 how often a worker was lost under it, bytes 2-3 attempt, bytes 4-19 id.
/// </summary>
internal static class TaskElement
{
    public const byte Version = 1;
    public const int HeaderSize = 2 + AttemptKey.Size;

    public static void WriteHeader(Span<byte> destination, byte lost, AttemptKey attempt)
    {
        destination[0] = Version;
        destination[1] = lost;
        attempt.CopyTo(destination[2..]);
    }

    /// <exception cref="WireFormatException">Too short, or of another version.</exception>
    public static (byte Lost, AttemptKey Attempt) ReadHeader(ReadOnlySpan<byte> element)
    {
        if (element.Length <= HeaderSize)
            throw new WireFormatException($"A task element of {element.Length} bytes is too short; its header alone has {HeaderSize}.");
        if (element[0] != Version)
            throw new WireFormatException($"A task element has version {element[0]}; this program reads version {Version}. Update this side.");
        return (element[1], AttemptKey.Read(element[2..]));
    }

    public static ReadOnlySpan<byte> AttemptOf(ReadOnlySpan<byte> element) => element.Slice(2, AttemptKey.Size);
}
