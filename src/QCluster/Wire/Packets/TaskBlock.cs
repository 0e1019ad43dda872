using System.Buffers.Binary;
using QCluster.Model;

namespace QCluster.Wire.Packets;

/// <summary>Tasks in the form of CLAIM and of the worker: big-endian 32 bits, with the class in the highest two and the length of the element in the others, then the element, and so on.</summary>
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
