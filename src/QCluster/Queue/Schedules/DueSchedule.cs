using System.Globalization;

namespace QCluster.Queue.Schedules;

/// <summary>A schedule that is due.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DueText">The due time, as Redis has it.</param>
/// <param name="Definition">Its definition, signed, and not looked into yet.</param>
/// <param name="Runs">How many times it has run.</param>
internal readonly record struct DueSchedule(string Name, string DueText, byte[] Definition, long Runs)
{
    public DateTimeOffset Due => TimeOf(DueText);

    /// <summary>A time as scripts give it: Unix milliseconds.</summary>
    public static DateTimeOffset TimeOf(string text) => DateTimeOffset.FromUnixTimeMilliseconds((long)double.Parse(text, CultureInfo.InvariantCulture));
}
