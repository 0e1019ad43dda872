using System.Buffers.Binary;
using MessagePack;
using QCluster.Wire.Primitives;

namespace QCluster.Wire.Packets;

/// <summary>
/// The array around every body: version, flags, MAC (or nil), body. The MAC covers the task's id, version, flags and the body
/// as it is stored, and is checked before the body is decompressed.
/// </summary>
/// <remarks>
/// The usual form is written and read without the package's reader and writer: setting one of those up takes longer than
/// these few bytes, and every task has two envelopes. Other encodings of the same array are read with <see cref="WireReader"/>.
/// </remarks>
internal static class Envelope
{
    public const byte Version = 1;
    public const byte CompressedFlag = 1;
    public const int CompressionThreshold = 512;

    private const int ItemCount = 4;
    private const int MacOffset = 5;

    /// <summary>Returns the envelope around a body, as an array.</summary>
    /// <param name="draft">The body.</param>
    /// <param name="id">The task for which it is signed.</param>
    /// <param name="purpose">The purpose, which selects the key.</param>
    /// <param name="signer">Signs it, if there is a secret.</param>
    /// <param name="compress">Compresses the body if that makes it smaller.</param>
    /// <param name="room">The number of free bytes before it.</param>
    public static byte[] Seal(EnvelopeDraft draft, Guid id, PacketPurpose purpose, PacketSigner signer, bool compress, int room = 0)
    {
        byte flags = 0;
        if (compress && draft.Body.Length > CompressionThreshold && Compression.TryCompress(draft.Body, out var smaller))
        {
            draft.SetBody(smaller);
            flags = CompressedFlag;
        }

        var body = draft.Body;
        var head = signer.Signs ? MacOffset + MacKey.MacLength : MacOffset - 1;
        var size = body.Length switch { <= byte.MaxValue => 2, <= ushort.MaxValue => 3, _ => 5 };
        var bytes = new byte[room + head + size + body.Length];
        var span = bytes.AsSpan(room);
        span[0] = MessagePackCode.MinFixArray | ItemCount;
        span[1] = Version;
        span[2] = flags;
        span[3] = MessagePackCode.Nil;
        if (signer.Signs)
        {
            span[3] = MessagePackCode.Bin8;
            span[4] = MacKey.MacLength;
            draft.SetPrefix(id, Version, flags);
            signer.Sign(purpose, draft.MacInput, span.Slice(MacOffset, MacKey.MacLength));
        }

        WriteBinHeader(span[head..], body.Length);
        body.CopyTo(span[(head + size)..]);
        return bytes;
    }

    /// <summary>Returns the length of the envelope at the start of the bytes, without further checks.</summary>
    public static int LengthOf(ReadOnlyMemory<byte> bytes)
    {
        var reader = new WireReader(bytes);
        reader.Skip();
        return reader.Consumed;
    }

    /// <summary>Checks the envelope at the start of the bytes and returns its body: a slice of them, or a new array if it was compressed.</summary>
    public static ReadOnlyMemory<byte> Open(ReadOnlyMemory<byte> bytes, Guid id, PacketPurpose purpose, PacketSigner signer, WireLimits limits, out int length)
    {
        if (!TryReadOwn(bytes.Span, out var parts))
            parts = ReadAny(bytes, limits);
        length = parts.Length;
        var (version, flags) = (parts.Version, parts.Flags);
        var body = bytes[parts.Body];
        if (body.Length > limits.MaxLength)
            throw WireErrors.TooLong(body.Length, limits.MaxLength);
        CheckSignature(parts.IsSigned, parts.Mac, body.Span, id, version, flags, purpose, signer);
        if ((flags & ~CompressedFlag) != 0)
            throw new WireFormatException($"The envelope's flags 0x{flags:X2} hold a bit that is not known here: update this side.");
        return flags == CompressedFlag ? Compression.Decompress(body.Span, limits.MaxLength) : body;
    }

    private static bool TryReadOwn(ReadOnlySpan<byte> bytes, out Parts parts)
    {
        parts = default;
        if (bytes is not [MessagePackCode.MinFixArray | ItemCount, Version, <= CompressedFlag, ..])
            return false;
        var rest = bytes[3..];
        ReadOnlySpan<byte> mac = default;
        switch (rest)
        {
            case [MessagePackCode.Nil, ..]:
                rest = rest[1..];
                break;
            case [MessagePackCode.Bin8, MacKey.MacLength, ..] when rest.Length > 2 + MacKey.MacLength:
                mac = rest.Slice(2, MacKey.MacLength);
                rest = rest[(2 + MacKey.MacLength)..];
                break;
            default:
                return false;
        }

        var (header, size) = rest switch
        {
            [MessagePackCode.Bin8, var small, ..] => (2, small),
            [MessagePackCode.Bin16, _, _, ..] => (3, BinaryPrimitives.ReadUInt16BigEndian(rest[1..])),
            [MessagePackCode.Bin32, _, _, _, _, ..] => (5, BinaryPrimitives.ReadUInt32BigEndian(rest[1..])),
            _ => (0, uint.MaxValue),
        };
        if (size > rest.Length - header)
            return false;
        var start = bytes.Length - rest.Length + header;
        var end = start + (int)size;
        parts = new Parts { Version = Version, Flags = bytes[2], IsSigned = !mac.IsEmpty, Mac = mac, Body = start..end, Length = end };
        return true;
    }

    private static Parts ReadAny(ReadOnlyMemory<byte> bytes, WireLimits limits)
    {
        var reader = new WireReader(bytes, limits.MaxDepth);
        var count = reader.ReadArrayHeader();
        if (count < ItemCount)
            throw new WireFormatException($"An envelope has {ItemCount} items; this one has {count}.");
        var version = reader.ReadByte();
        if (version != Version)
            throw new WireFormatException($"An envelope of version {version} is not known here, only version {Version}: update this side.");
        var flags = reader.ReadByte();
        var isSigned = !reader.TryReadNil();
        var mac = isSigned ? reader.ReadBinary() : default;
        var body = reader.ReadBinary().Length;
        var end = reader.Consumed;
        for (var i = ItemCount; i < count; i++)
            reader.Skip();
        return new Parts { Version = version, Flags = flags, IsSigned = isSigned, Mac = mac, Body = (end - body)..end, Length = reader.Consumed };
    }

    private static void WriteBinHeader(Span<byte> destination, int length)
    {
        switch (length)
        {
            case <= byte.MaxValue:
                destination[0] = MessagePackCode.Bin8;
                destination[1] = (byte)length;
                break;
            case <= ushort.MaxValue:
                destination[0] = MessagePackCode.Bin16;
                BinaryPrimitives.WriteUInt16BigEndian(destination[1..], (ushort)length);
                break;
            default:
                destination[0] = MessagePackCode.Bin32;
                BinaryPrimitives.WriteInt32BigEndian(destination[1..], length);
                break;
        }
    }

    private static void CheckSignature(bool isSigned, ReadOnlySpan<byte> mac, ReadOnlySpan<byte> body, Guid id, byte version, byte flags, PacketPurpose purpose, PacketSigner signer)
    {
        if (isSigned != signer.Signs)
        {
            throw new WireFormatException(isSigned
                ? "The packet is signed, but no secret is set here: set the same secret as where it came from."
                : "The packet is not signed, and a secret is set here: set the same secret where it came from.");
        }

        if (!isSigned)
            return;
        using var draft = EnvelopeDraft.Rent();
        draft.SetBody(body);
        draft.SetPrefix(id, version, flags);
        signer.Verify(purpose, draft.MacInput, mac);
    }

    private ref struct Parts
    {
        public byte Version;
        public byte Flags;
        public bool IsSigned;
        public ReadOnlySpan<byte> Mac;
        public Range Body;
        public int Length;
    }
}
