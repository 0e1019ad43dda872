using System.Globalization;

namespace QCluster.Tool.Commands.Schedules;

/// <summary>Times of schedules, as they are shown and given.</summary>
internal static class ScheduleTimes
{
    /// <summary>By the wall clock of the schedule's zone.</summary>
    public static string Local(DateTimeOffset time, string zone) =>
        (TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) ? TimeZoneInfo.ConvertTime(time, found) : time).ToString("MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <exception cref="ArgumentException">Nothing or more than one was said, or it cannot be read.</exception>
    public static Recurrence When(string? every, string? cron, DateTimeOffset? at, CronDays? days)
    {
        if (days is not null && cron is null)
            throw new ArgumentException("--cron-days is about the days of a cron expression. Give one, or leave it out.");
        return (every, cron, at) switch
        {
            ({ } text, null, null) => Recurrence.Parse(text),
            (null, { } text, null) => Recurrence.Cron(text, days ?? CronDays.Either),
            (null, null, { }) => Recurrence.Once,
            _ => throw new ArgumentException("Say when it is due, with one of --every, --cron and --at."),
        };
    }
}
