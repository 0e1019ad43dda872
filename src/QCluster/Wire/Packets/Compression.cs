using System.IO.Compression;

namespace QCluster.Wire.Packets;

internal static class Compression
{
    private const int ChunkLength = 16 * 1024;

    /// <summary>False when the zlib form is not smaller.</summary>
    public static bool TryCompress(ReadOnlySpan<byte> body, out ReadOnlySpan<byte> smaller)
    {
        using var output = new MemoryStream(body.Length);
        using (var zlib = new ZLibStream(output, CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(body);
        smaller = output.GetBuffer().AsSpan(0, (int)output.Length);
        return smaller.Length < body.Length;
    }

    public static byte[] Decompress(ReadOnlySpan<byte> compressed, int maxLength)
    {
        using var input = new MemoryStream(compressed.ToArray(), writable: false);
        using var output = new PooledBuffer(Math.Min(ChunkLength, maxLength));
        try
        {
            using var zlib = new ZLibStream(input, CompressionMode.Decompress);
            while (true)
            {
                var read = zlib.Read(output.GetSpan(Math.Min(ChunkLength, maxLength)));
                if (read == 0)
                    return output.WrittenSpan.ToArray();
                output.Advance(read);
                if (output.WrittenCount > maxLength)
                    throw new WireFormatException($"A compressed body of {compressed.Length} bytes holds more than the {maxLength} allowed.");
            }
        }
        // Damaged data is an InvalidDataException, or a ZLibException, which is an IOException.
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new WireFormatException($"A compressed body of {compressed.Length} bytes is not valid zlib data.", e);
        }
    }
}
