using System.Globalization;

namespace QCluster;

/// <summary>The counters of a queue at one time, since its first task.</summary>
/// <param name="At">The time, to ten seconds.</param>
/// <param name="Enqueued">Number of tasks that had been enqueued.</param>
/// <param name="Succeeded">Number of tasks that had ended with a value.</param>
/// <param name="Failed">Number of tasks that had ended with an error.</param>
/// <param name="Cancelled">Number of tasks that had been cancelled.</param>
public sealed record QueueSample(DateTimeOffset At, long Enqueued, long Succeeded, long Failed, long Cancelled)
{
    /// <summary>The number of tasks that had ended.</summary>
    public long Finished => Succeeded + Failed + Cancelled;

    internal static QueueSample? Parse(string text)
    {
        var numbers = new long[5];
        var parts = text.Split(':');
        for (var i = 0; i < numbers.Length; i++)
        {
            if (i >= parts.Length || !long.TryParse(parts[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out numbers[i]))
                return null;
        }

        return new QueueSample(DateTimeOffset.FromUnixTimeSeconds(numbers[0]), numbers[1], numbers[2], numbers[3], numbers[4]);
    }
}
