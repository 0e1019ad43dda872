using System.Buffers.Binary;

namespace QCluster.Wire;

/// <summary>Tasks as CLAIM returns them and the worker gets them: big-endian 32 bits, the class in the highest two and the length of the element in the others, the element, and so on.</summary>
internal static class TaskBlock
{
    public static int Count(ReadOnlySpan<byte> block)
    {
        var count = 0;
        while (TryTake(ref block, out _, out _))
            count++;
        return count;
    }

    public static bool TryTake(ref ReadOnlySpan<byte> block, out ReadOnlySpan<byte> element, out PriorityClass priorityClass)
    {
        element = default;
        priorityClass = default;
        if (block.Length < 4)
            return false;
        var head = BinaryPrimitives.ReadUInt32BigEndian(block);
        priorityClass = (PriorityClass)(head >> 30);
        var length = (int)(head & 0x3FFF_FFFF);
        if (length > block.Length - 4)
            throw new WireFormatException($"A block of tasks declares an element of {length} bytes with {block.Length - 4} left.");
        element = block.Slice(4, length);
        block = block[(4 + length)..];
        return true;
    }
}
