using MessagePack;

namespace QCluster.Wire;

/// <summary>
/// The array around every body: version, flags, MAC (or nil), body. The MAC covers the task's id, version, flags and the body
/// as it stands, and is checked before the body is even decompressed.
/// </summary>
internal static class Envelope
{
    public const byte Version = 1;
    public const byte CompressedFlag = 1;
    public const int CompressionThreshold = 512;

    private const int ItemCount = 4;

    public static void Write(ref MessagePackWriter writer, EnvelopeDraft draft, Guid id, PacketPurpose purpose, PacketSigner signer, bool compress)
    {
        byte flags = 0;
        if (compress && draft.Body.Length > CompressionThreshold && Compression.TryCompress(draft.Body, out var smaller))
        {
            draft.SetBody(smaller);
            flags = CompressedFlag;
        }

        writer.WriteArrayHeader(ItemCount);
        writer.Write(Version);
        writer.Write(flags);
        if (signer.Signs)
        {
            draft.SetPrefix(id, Version, flags);
            Span<byte> mac = stackalloc byte[MacKey.MacLength];
            signer.Sign(purpose, draft.MacInput, mac);
            writer.WriteBinary(mac);
        }
        else
        {
            writer.WriteNil();
        }

        writer.Write(draft.Body);
    }

    /// <summary>Where the envelope at the start of the bytes ends. Nothing else of it is checked.</summary>
    public static int LengthOf(ReadOnlyMemory<byte> bytes)
    {
        var reader = new WireReader(bytes);
        reader.Skip();
        return reader.Consumed;
    }

    /// <summary>Checks the envelope at the start of the bytes and returns its body: a slice of them, or a new array when it was compressed.</summary>
    public static ReadOnlyMemory<byte> Open(ReadOnlyMemory<byte> bytes, Guid id, PacketPurpose purpose, PacketSigner signer, WireLimits limits, out int length)
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
        var body = reader.ReadBinary();
        var bodyEnd = reader.Consumed;
        for (var i = ItemCount; i < count; i++)
            reader.Skip();
        length = reader.Consumed;

        if (body.Length > limits.MaxLength)
            throw WireErrors.TooLong(body.Length, limits.MaxLength);
        CheckSignature(isSigned, mac, body, id, version, flags, purpose, signer);
        if ((flags & ~CompressedFlag) != 0)
            throw new WireFormatException($"The envelope's flags 0x{flags:X2} hold a bit that is not known here: update this side.");
        return flags == CompressedFlag ? Compression.Decompress(body, limits.MaxLength) : bytes[(bodyEnd - body.Length)..bodyEnd];
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
}
