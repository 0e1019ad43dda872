using QCluster.Wire.Packets;

namespace QCluster.Hosting.Channels;

/// <summary>An attempt on the local sockets: index of its queue, then its key; 19 bytes.</summary>
internal readonly record struct AttemptRef(byte Queue, AttemptKey Key)
{
    public const int Size = 1 + AttemptKey.ByteLength;

    public static AttemptRef Read(ReadOnlySpan<byte> source) => new(source[0], AttemptKey.FromBytes(source[1..]));

    public void Write(Span<byte> destination)
    {
        destination[0] = Queue;
        Key.CopyTo(destination[1..]);
    }

    public static byte[] WriteAll(IReadOnlyCollection<AttemptRef> attempts, int header = 0)
    {
        var bytes = new byte[header + (attempts.Count * Size)];
        var at = header;
        foreach (var attempt in attempts)
        {
            attempt.Write(bytes.AsSpan(at));
            at += Size;
        }

        return bytes;
    }

    public static List<AttemptRef> ReadAll(ReadOnlySpan<byte> source)
    {
        var attempts = new List<AttemptRef>(source.Length / Size);
        for (; source.Length >= Size; source = source[Size..])
            attempts.Add(Read(source));
        return attempts;
    }
}
