using System.Globalization;

namespace QCluster.Embedded.Storage;

/// <summary>
/// What stands in the append-only file behind the last complete commit. A kill leaves it there, and nothing of it was answered; a file that was cut leaves what
/// was. It is kept aside, since new requests are written over it.
/// </summary>
internal static class UnreadTail
{
    private const string Kept = "unread";

    /// <summary>Puts it aside.</summary>
    /// <param name="folder">The folder of the server.</param>
    /// <param name="tail">Where the read part of the file ends.</param>
    /// <param name="segmentBytes">The size of one of its files.</param>
    /// <returns>What was put where, for people; null when there was nothing.</returns>
    public static string? PutAside(string folder, long tail, long segmentBytes)
    {
        var file = Path.Combine(folder, "AOF", string.Create(CultureInfo.InvariantCulture, $"aof.log.{tail / segmentBytes}"));
        if (!File.Exists(file))
            return null;
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var from = tail % segmentBytes;
        if (stream.Length <= from)
            return null;
        stream.Position = from;
        var rest = new byte[stream.Length - from];
        stream.ReadExactly(rest);
        var length = rest.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
        if (length == 0)
            return null;
        var aside = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Kept}.{tail}"));
        File.WriteAllBytes(aside, rest.AsSpan(0, length));
        return string.Create(CultureInfo.InvariantCulture, $"The last {length} bytes of '{file}' are no complete commit: the server was killed while it wrote, or the file was cut. All before them was read; they are kept in '{aside}'.");
    }
}
