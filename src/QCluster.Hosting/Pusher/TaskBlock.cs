using System.Buffers.Binary;

namespace QCluster.Hosting.Pusher;

/// <summary>Tasks as CLAIM returns them and the worker gets them: big-endian 32-bit length, element, and so on.</summary>
internal static class TaskBlock
{
    public static int Count(ReadOnlySpan<byte> block)
    {
        var count = 0;
        while (TryTake(ref block, out _))
            count++;
        return count;
    }

    public static bool TryTake(ref ReadOnlySpan<byte> block, out ReadOnlySpan<byte> element)
    {
        element = default;
        if (block.Length < 4)
            return false;
        var length = BinaryPrimitives.ReadInt32BigEndian(block);
        if (length < 0 || length > block.Length - 4)
            throw new WireFormatException($"A block of tasks declares an element of {length} bytes with {block.Length - 4} left.");
        element = block.Slice(4, length);
        block = block[(4 + length)..];
        return true;
    }
}
