namespace QCluster.Client.Schedules;

/// <summary>
/// The due times of a schedule after an instant. Days, weeks and months count from the start by the wall clock of the time zone, so none of them drifts.
/// A local time that does not exist is the first instant after the gap; one that exists twice is the first of the two. Intervals follow real time, cron
/// expressions the rules of Cronos.
/// </summary>
internal sealed class Calendar(Recurrence recurrence, DateTimeOffset start, TimeZoneInfo zone)
{
    private readonly DateTime _localStart = TimeZoneInfo.ConvertTime(start, zone).DateTime;
    private readonly ZoneClock _clock = new(zone);

    /// <summary>The first due time after an instant; null = never again.</summary>
    public DateTimeOffset? After(DateTimeOffset instant) => recurrence.Kind switch
    {
        RecurrenceKind.Once => instant < start ? start : null,
        RecurrenceKind.Interval => AfterInterval(instant),
        RecurrenceKind.Days => AfterSteps(instant, static (local, steps) => local.AddDays(steps), 1),
        RecurrenceKind.Months => AfterSteps(instant, static (local, steps) => local.AddMonths((int)steps), 31),
        _ => AfterCron(recurrence.Line!, (instant < start ? start.AddTicks(-1) : instant).ToUniversalTime()),
    };

    /// <summary>Returns the last due time up to an instant, not before a known one. A binary search over the time between makes its cost independent of their number.</summary>
    public DateTimeOffset LatestUpTo(DateTimeOffset instant, DateTimeOffset due)
    {
        var (low, high) = (due, instant);
        while (high - low > TimeSpan.FromSeconds(1))
        {
            var middle = low + ((high - low) / 2);
            if (After(middle) <= instant)
                low = middle;
            else
                high = middle;
        }

        var latest = due;
        while (After(low) is { } next && next <= instant)
            low = latest = next;
        return latest;
    }

    private DateTimeOffset? AfterInterval(DateTimeOffset instant)
    {
        if (instant < start)
            return start;
        var passed = (instant.UtcTicks - start.UtcTicks) / TimeSpan.TicksPerMillisecond;
        return start.AddMilliseconds(((passed / recurrence.Count) + 1) * recurrence.Count);
    }

    private DateTimeOffset? AfterSteps(DateTimeOffset instant, Func<DateTime, long, DateTime> add, double daysOfOne)
    {
        if (instant < start)
            return start;
        // Two steps short of the result, for any lengths of the months.
        var near = Math.Max(0, (long)((instant - start).TotalDays / (daysOfOne * recurrence.Count)) - 2);
        for (var step = near; ; step++)
        {
            var due = _clock.InstantOf(add(_localStart, step * recurrence.Count));
            if (due > instant)
                return due;
        }
    }

    /// <summary>By the wall clock, between two changes of the offset.</summary>
    private DateTimeOffset? AfterCron(CronLine line, DateTimeOffset at)
    {
        var isInclusive = false;
        if (!line.IsInterval && _clock.RepetitionAt(at) is var (repeated, length))
            (at, isInclusive) = (repeated + length, true);
        while (true)
        {
            var offset = _clock.OffsetAt(at);
            if (line.After(at.UtcDateTime + offset, isInclusive) is not { } local)
                return null;
            var due = new DateTimeOffset(local.Ticks, TimeSpan.Zero) - offset;
            if (_clock.ChangeBetween(at, due) is not { } change)
                return due;
            var longer = _clock.OffsetAt(change) - offset;
            if (longer > TimeSpan.Zero && due - longer < change)
                return change;
            // Times that come again are due again only where that is meant.
            at = longer > TimeSpan.Zero || line.IsInterval ? change : change - longer;
            isInclusive = true;
        }
    }
}
