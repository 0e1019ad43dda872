using System.Buffers.Binary;

namespace QCluster.Wire.Packets;

/// <summary>
/// The bytes of a task in a Redis list. The header has fixed offsets, so that Lua scripts can count attempts and losses
/// without touching the envelope: flags and version, lost, attempt (two bytes, big-endian), id (16 bytes), then the sections
/// of the flags, then the envelope. Sections are for the scripts and not signed; the packets within them are.
/// </summary>
internal static class TaskElement
{
    public const byte Version = 1;

    /// <summary>The flag of the section with follow-ups: see <see cref="FollowUps"/>.</summary>
    public const byte FollowsFlag = 0x10;

    /// <summary>The flag of the section with the record, or the outcome, of the task before this one.</summary>
    public const byte AttachmentFlag = 0x20;

    /// <summary>The flag of the section with the outcomes of the previous attempts.</summary>
    public const byte HistoryFlag = 0x40;

    /// <summary>The follow-ups contain limits.</summary>
    public const byte LimitedFlag = 0x80;

    public const int LostOffset = 1;
    public const int FieldOffset = 2;
    public const int IdOffset = 4;
    public const int HeaderLength = FieldOffset + AttemptKey.ByteLength;

    private const byte VersionMask = 0x0F;
    private const int LengthSize = 4;

    public static bool TryRead(ReadOnlySpan<byte> element, out TaskElementHeader header)
    {
        var isSound = WhyNot(element) is null;
        header = isSound ? new TaskElementHeader(element[LostOffset], AttemptKey.FromBytes(element[FieldOffset..])) : default;
        return isSound;
    }

    public static TaskElementHeader Read(ReadOnlySpan<byte> element) =>
        TryRead(element, out var header) ? header : throw new WireFormatException(WhyNot(element)!);

    /// <summary>Returns the envelope of an element that <see cref="Read"/> accepts.</summary>
    public static ReadOnlyMemory<byte> EnvelopeOf(ReadOnlyMemory<byte> element, out ReadOnlyMemory<byte> attachment) =>
        EnvelopeOf(element, out attachment, out _);

    /// <inheritdoc cref="EnvelopeOf(ReadOnlyMemory{byte}, out ReadOnlyMemory{byte})" />
    public static ReadOnlyMemory<byte> EnvelopeOf(ReadOnlyMemory<byte> element, out ReadOnlyMemory<byte> attachment, out ReadOnlyMemory<byte> history)
    {
        var flags = element.Span[0];
        var rest = element[HeaderLength..];
        if ((flags & FollowsFlag) != 0)
            TakeSection(ref rest);
        attachment = (flags & AttachmentFlag) != 0 ? TakeSection(ref rest) : default;
        history = (flags & HistoryFlag) != 0 ? TakeSection(ref rest) : default;
        return rest;
    }

    /// <summary>The bytes that identify the attempt elsewhere. The element must be at least as long as its header.</summary>
    public static ReadOnlySpan<byte> FieldOf(ReadOnlySpan<byte> element) => element.Slice(FieldOffset, AttemptKey.ByteLength);

    public static void WriteHeader(Span<byte> destination, TaskElementHeader header)
    {
        destination[0] = Version;
        destination[LostOffset] = header.Lost;
        header.Key.CopyTo(destination[FieldOffset..]);
    }

    /// <summary>The same element as another attempt.</summary>
    public static byte[] Numbered(byte[] element, ushort attempt)
    {
        var copy = (byte[])element.Clone();
        BinaryPrimitives.WriteUInt16BigEndian(copy.AsSpan(FieldOffset), attempt);
        return copy;
    }

    /// <summary>Adds the record, or the outcome, of the task before this one to an element without sections.</summary>
    public static byte[] Attached(byte[] element, ReadOnlySpan<byte> attachment)
    {
        var attached = new byte[element.Length + LengthSize + attachment.Length];
        element.AsSpan(0, HeaderLength).CopyTo(attached);
        attached[0] |= AttachmentFlag;
        BinaryPrimitives.WriteInt32BigEndian(attached.AsSpan(HeaderLength), attachment.Length);
        attachment.CopyTo(attached.AsSpan(HeaderLength + LengthSize));
        element.AsSpan(HeaderLength).CopyTo(attached.AsSpan(HeaderLength + LengthSize + attachment.Length));
        return attached;
    }

    /// <summary>Tells whether the follow-ups have an item of this kind. The element must have been read before.</summary>
    public static bool HasItem(ReadOnlySpan<byte> element, char kind) => TryGetItem(element, kind, out _);

    /// <inheritdoc cref="HasItem" />
    public static bool TryGetItem(ReadOnlySpan<byte> element, char kind, out ReadOnlySpan<byte> text)
    {
        text = default;
        if ((element[0] & FollowsFlag) == 0)
            return false;
        var items = element.Slice(HeaderLength + LengthSize, (int)BinaryPrimitives.ReadUInt32BigEndian(element[HeaderLength..]));
        while (items.Length > LengthSize)
        {
            var next = 1L + LengthSize + BinaryPrimitives.ReadUInt32BigEndian(items[1..]);
            if (items[0] == kind)
            {
                text = items[(1 + LengthSize)..(int)Math.Min(next, items.Length)];
                return true;
            }

            items = next < items.Length ? items[(int)next..] : [];
        }

        return false;
    }

    /// <summary>The outcomes in a history, the oldest first.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> OutcomesOf(ReadOnlyMemory<byte> history)
    {
        while (!history.IsEmpty)
            yield return TakeSection(ref history);
    }

    private static ReadOnlyMemory<byte> TakeSection(ref ReadOnlyMemory<byte> rest)
    {
        var length = rest.Length < LengthSize ? uint.MaxValue : BinaryPrimitives.ReadUInt32BigEndian(rest.Span);
        if (length > rest.Length - LengthSize)
            throw new WireFormatException("A section of a task element is longer than the element.");
        var section = rest.Slice(LengthSize, (int)length);
        rest = rest[(LengthSize + (int)length)..];
        return section;
    }

    private static string? WhyNot(ReadOnlySpan<byte> element)
    {
        if (element.Length < HeaderLength)
            return $"A task element of {element.Length} bytes is shorter than its header of {HeaderLength}.";
        if ((element[0] & VersionMask) != Version)
            return $"A task element of version {element[0] & VersionMask} with flags 0x{element[0] & ~VersionMask:X2} is not known here, only version {Version}: update this side.";
        return (element[FieldOffset] | element[FieldOffset + 1]) == 0 ? "A task element says attempt 0; attempts count from 1." : null;
    }
}
