using System.IO.Compression;

namespace QCluster.Wire;

/// <summary>
/// The signed wrapping of a body: MessagePack array of version, flags, code (or nil), body. Flag 1: the body is compressed
/// with zlib. The code covers the body as it stands here, and the id, which stands outside.
/// </summary>
internal static class Envelope
{
    public const byte Version = 1;
    private const byte Compressed = 1;
    private const int WorthCompressing = 512;

    public static void Write(PooledBuffer buffer, EnvelopePurpose purpose, Guid id, ReadOnlySpan<byte> body, PacketSigner signer, bool compress)
    {
        using var smaller = compress && body.Length > WorthCompressing ? Compress(body) : null;
        byte flags = 0;
        if (smaller is not null && smaller.Length < body.Length)
        {
            body = smaller.WrittenSpan;
            flags = Compressed;
        }

        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(4);
        writer.Write((ulong)Version);
        writer.Write((ulong)flags);
        if (signer.IsSigning)
        {
            Span<byte> idBytes = stackalloc byte[TaskId.ByteLength];
            Span<byte> mac = stackalloc byte[PacketSigner.MacSize];
            id.TryWriteBytes(idBytes, bigEndian: true, out _);
            signer.Sign(purpose, idBytes, Version, flags, body, mac);
            writer.WriteBinary(mac);
        }
        else
        {
            writer.WriteNil();
        }

        writer.WriteBinary(body);
        writer.Flush();
    }

    /// <summary>Checks the signature and returns the body; <paramref name="consumed"/> is where the envelope ends.</summary>
    /// <exception cref="WireFormatException">Damaged, oversized, of another version, or not signed as it must be.</exception>
    public static ReadOnlyMemory<byte> Read(ReadOnlyMemory<byte> bytes, EnvelopePurpose purpose, Guid id, PacketSigner signer, WireLimits limits, out int consumed)
    {
        var reader = new MessagePackReader(bytes.Span, limits);
        var count = reader.ReadArrayHeader();
        if (count < 4)
            throw new WireFormatException($"An envelope has {count} items; at least 4 are needed.");
        var version = reader.ReadByte();
        if (version != Version)
            throw new WireFormatException($"An envelope has version {version}; this program reads version {Version}. Update this side.");
        var flags = reader.ReadByte();
        if ((flags & ~Compressed) != 0)
            throw new WireFormatException($"An envelope has the flags {flags}, which this program does not know. Update this side.");
        var mac = reader.TryReadNil() ? default : reader.ReadBinary();
        if (!mac.IsEmpty && mac.Length != PacketSigner.MacSize)
            throw new WireFormatException($"A signature has {mac.Length} bytes; {PacketSigner.MacSize} are needed.");
        var body = reader.ReadBinary();
        var bodyEnd = reader.Position;
        for (var i = 4; i < count; i++)
            reader.Skip();
        consumed = reader.Position;

        Span<byte> idBytes = stackalloc byte[TaskId.ByteLength];
        id.TryWriteBytes(idBytes, bigEndian: true, out _);
        signer.Verify(purpose, idBytes, version, flags, body, mac);
        var memory = bytes.Slice(bodyEnd - body.Length, body.Length);
        return (flags & Compressed) != 0 ? Decompress(memory, limits) : memory;
    }

    private static PooledBuffer Compress(ReadOnlySpan<byte> body)
    {
        var buffer = new PooledBuffer(body.Length);
        using var output = new BufferStream(buffer);
        using (var zlib = new ZLibStream(output, CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(body);
        return buffer;
    }

    private static byte[] Decompress(ReadOnlyMemory<byte> body, WireLimits limits)
    {
        using var input = new MemoryStream(body.ToArray(), writable: false);
        using var zlib = new ZLibStream(input, CompressionMode.Decompress);
        using var output = new PooledBuffer(body.Length * 4);
        try
        {
            while (true)
            {
                var read = zlib.Read(output.GetSpan(4096));
                if (read == 0)
                    return output.WrittenSpan.ToArray();
                output.Advance(read);
                if (output.Length > limits.MaxLength)
                    throw new WireFormatException($"A compressed body of {body.Length} bytes grows beyond the {limits.MaxLength} accepted (max_packet_bytes).");
            }
        }
        catch (InvalidDataException e)
        {
            throw new WireFormatException("A compressed body is damaged.", e);
        }
    }
}
