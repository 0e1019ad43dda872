using System.Text;

namespace QCluster.Queue;

/// <summary>One run of a script: what its key is made of, and its arguments behind the prefix of the queue's keys.</summary>
/// <param name="Script">Which.</param>
/// <param name="Queue">The queue.</param>
/// <param name="Key">What follows the prefix in the script's key.</param>
/// <param name="Arguments">The arguments.</param>
internal sealed record ScriptCall(QueueScript Script, string Queue, byte[] Key, IReadOnlyList<byte[]> Arguments)
{
    public ScriptCall(QueueScript script, string queue, string keyKind, ReadOnlySpan<byte> keyName, params IReadOnlyList<byte[]> arguments)
        : this(script, queue, [.. Encoding.UTF8.GetBytes(keyKind), .. keyName], arguments)
    {
    }

    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    public static byte[] Number(long number) => Encoding.UTF8.GetBytes(number.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
