using System.Buffers.Binary;

namespace QCluster.Wire.Packets;

/// <summary>One attempt at one task: the 18 bytes that identify it in Redis, the same as in its element.</summary>
internal readonly record struct AttemptKey(ushort Attempt, Guid Id)
{
    public const int ByteLength = 2 + 16;

    public static AttemptKey FromBytes(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt16BigEndian(bytes), new Guid(bytes.Slice(2, 16), bigEndian: true));

    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, Attempt);
        Id.TryWriteBytes(destination[2..], bigEndian: true, out _);
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[ByteLength];
        CopyTo(bytes);
        return bytes;
    }
}
