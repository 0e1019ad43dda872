using System.Text;

namespace QCluster.Hosting.Sentinel;

/// <summary>
/// What a child, its runtime, or a program that its tasks have started, writes to stderr, in lines. It is read as fast as it comes, so no child
/// ever waits, and no more of a line is kept than is passed on, however long it is.
/// </summary>
internal static class ErrorOutput
{
    private const int MaxLine = 2_000;

    /// <summary>Reads to the end, which comes when all who have it have closed it: a program that a task has left behind may outlive the child.</summary>
    public static async Task ReadAsync(Stream output, Action<string> onLine)
    {
        var buffer = new byte[4096];
        var line = new byte[MaxLine];
        var length = 0;
        var cut = 0L;
        try
        {
            for (int read; (read = await output.ReadAsync(buffer).ConfigureAwait(false)) > 0;)
            {
                for (var rest = buffer.AsMemory(0, read); !rest.IsEmpty;)
                {
                    var end = rest.Span.IndexOf((byte)'\n');
                    var part = end < 0 ? rest : rest[..end];
                    var taken = Math.Min(part.Length, MaxLine - length);
                    part.Span[..taken].CopyTo(line.AsSpan(length));
                    length += taken;
                    cut += part.Length - taken;
                    if (end < 0)
                        break;
                    onLine(TextOf(line.AsSpan(0, length), cut));
                    (length, cut) = (0, 0);
                    rest = rest[(end + 1)..];
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The child has been let go of.
        }

        if (length > 0)
            onLine(TextOf(line.AsSpan(0, length), cut));
    }

    private static string TextOf(ReadOnlySpan<byte> line, long cut)
    {
        var text = Encoding.UTF8.GetString(line).TrimEnd('\r');
        return cut == 0 ? text : $"{text}... (cut: {cut} more bytes)";
    }
}
