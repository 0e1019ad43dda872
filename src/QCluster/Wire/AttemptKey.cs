using System.Buffers.Binary;

namespace QCluster.Wire;

/// <summary>One try at one task: the attempt's number (from 1) and the id, 18 bytes. It names the task in the in-flight hashes and on the local sockets.</summary>
internal readonly record struct AttemptKey(ushort Attempt, Guid Id)
{
    public const int Size = 2 + TaskId.ByteLength;

    public static AttemptKey Read(ReadOnlySpan<byte> bytes) => bytes.Length >= Size
        ? new(BinaryPrimitives.ReadUInt16BigEndian(bytes), new Guid(bytes.Slice(2, TaskId.ByteLength), bigEndian: true))
        : throw new WireFormatException($"{bytes.Length} bytes are too few for the key of an attempt; {Size} are needed.");

    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, Attempt);
        Id.TryWriteBytes(destination[2..], bigEndian: true, out _);
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }
}
