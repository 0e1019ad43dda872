using System.Globalization;

namespace QCluster.Queue.Schedules;

/// <summary>A schedule that is due.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DueText">The due time in the form of Redis.</param>
/// <param name="Definition">Its signed definition, not yet read.</param>
/// <param name="Runs">The number of its runs.</param>
internal readonly record struct DueSchedule(string Name, string DueText, byte[] Definition, long Runs)
{
    public DateTimeOffset Due => TimeOf(DueText);

    /// <summary>A time in the form of scripts: Unix milliseconds.</summary>
    public static DateTimeOffset TimeOf(string text) => DateTimeOffset.FromUnixTimeMilliseconds((long)double.Parse(text, CultureInfo.InvariantCulture));
}
