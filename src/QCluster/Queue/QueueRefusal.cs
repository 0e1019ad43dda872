using System.Globalization;
using System.Text;

namespace QCluster.Queue;

/// <summary>The reply of a script that found no room in a queue with a limit (room.lua): 'q', then three numbers of 8 hexadecimal digits.</summary>
internal static class QueueRefusal
{
    private const int Length = 25;
    private const int Digits = 8;

    public static bool IsOne(byte[]? answer) => answer is [(byte)'q', ..] && answer.Length == Length;

    /// <summary>The reply to one of several joined calls: those before the first refused one were enqueued.</summary>
    public static byte[]? Concerning(byte[]? answer, int index) => IsOne(answer) && index < Number(answer!, 2) ? null : answer;

    public static QueueFullException Error(byte[] answer, string queue, int count) => new(queue, Number(answer, 0), Number(answer, 1), count);

    private static long Number(byte[] answer, int index) =>
        long.Parse(Encoding.ASCII.GetString(answer, 1 + (index * Digits), Digits), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
