using System.Globalization;
using System.Text;

namespace QCluster.Queue;

/// <summary>One run of a script: its arguments after the prefix of the queue's keys, and the rest of its key.</summary>
/// <param name="Script">The script.</param>
/// <param name="Queue">The queue.</param>
/// <param name="Name">The rest of the script's key after <see cref="QueueScript.Key"/>.</param>
/// <param name="Arguments">The arguments.</param>
internal sealed record ScriptCall(QueueScript Script, string Queue, byte[] Name, IReadOnlyList<byte[]> Arguments)
{
    /// <summary>Creates the call of a script that has one key in a queue.</summary>
    public ScriptCall(QueueScript script, string queue, IReadOnlyList<byte[]>? arguments = null)
        : this(script, queue, [], arguments ?? [])
    {
    }

    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    public static byte[] Number(long number) => Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture));

    public static byte[] Flag(bool flag) => flag ? [(byte)'1'] : [(byte)'0'];
}
