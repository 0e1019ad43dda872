using System.Buffers.Text;

namespace QCluster.TestSupport;

/// <summary>Finds where one command or reply of the Redis protocol ends.</summary>
internal static class RespFrames
{
    /// <summary>The length of the first whole frame, or 0 if it is not all there.</summary>
    public static int Measure(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf("\r\n"u8);
        if (end < 0) return 0;
        var length = end + 2;
        switch (bytes[0])
        {
            case (byte)'$' or (byte)'!' or (byte)'=':
                var size = Number(bytes[1..end]);
                if (size >= 0) length += size + 2;
                return length <= bytes.Length ? length : 0;
            case (byte)'*' or (byte)'~' or (byte)'>':
                return Items(bytes, length, Number(bytes[1..end]));
            case (byte)'%':
                return Items(bytes, length, 2 * Number(bytes[1..end]));
            default:
                return length;
        }
    }

    private static int Items(ReadOnlySpan<byte> bytes, int length, int count)
    {
        for (; count > 0; count--)
        {
            var item = length >= bytes.Length ? 0 : Measure(bytes[length..]);
            if (item == 0) return 0;
            length += item;
        }

        return length;
    }

    private static int Number(ReadOnlySpan<byte> digits)
        => Utf8Parser.TryParse(digits, out int number, out var used) && used == digits.Length ? number : throw new FormatException("not the Redis protocol");
}
