namespace QCluster.Schedules;

/// <summary>
/// When a schedule is due after an instant. Days, weeks and months are counted from the start by the wall clock of the time zone, so none of them drifts;
/// a local time that does not exist is the first instant after the gap, one that exists twice is the first of the two. Intervals go by real time, cron
/// expressions by the rules of Cronos.
/// </summary>
internal sealed class Calendar(Recurrence recurrence, DateTimeOffset start, TimeZoneInfo zone)
{
    private readonly DateTime _localStart = TimeZoneInfo.ConvertTime(start, zone).DateTime;

    /// <summary>The first due time later than an instant; null = never again.</summary>
    public DateTimeOffset? After(DateTimeOffset instant) => recurrence.Kind switch
    {
        RecurrenceKind.Once => instant < start ? start : null,
        RecurrenceKind.Interval => AfterInterval(instant),
        RecurrenceKind.Days => AfterSteps(instant, AddDays, 1),
        RecurrenceKind.Months => AfterSteps(instant, AddMonths, 31),
        _ => recurrence.Line!.After(instant < start ? start.AddTicks(-1) : instant, zone),
    };

    /// <summary>The last due time that is not later than an instant, of those from a known one on. However many there are, it takes about as long.</summary>
    public DateTimeOffset LatestUpTo(DateTimeOffset instant, DateTimeOffset due)
    {
        var latest = recurrence.Kind switch
        {
            RecurrenceKind.Once => due,
            RecurrenceKind.Interval => AfterInterval(instant)!.Value.AddMilliseconds(-recurrence.Count),
            RecurrenceKind.Days => UpToSteps(instant, AddDays, 1) ?? due,
            RecurrenceKind.Months => UpToSteps(instant, AddMonths, 31) ?? due,
            _ => recurrence.Line!.UpTo(instant, zone) ?? due,
        };
        return latest > due ? latest : due;
    }

    private static DateTime AddDays(DateTime local, long days) => local.AddDays(days);

    private static DateTime AddMonths(DateTime local, long months) => local.AddMonths((int)months);

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
        for (var step = StepNear(instant, daysOfOne); ; step++)
        {
            var due = ToInstant(add(_localStart, step * recurrence.Count));
            if (due > instant)
                return due;
        }
    }

    private DateTimeOffset? UpToSteps(DateTimeOffset instant, Func<DateTime, long, DateTime> add, double daysOfOne)
    {
        DateTimeOffset? latest = null;
        for (var step = StepNear(instant, daysOfOne); ; step++)
        {
            var due = ToInstant(add(_localStart, step * recurrence.Count));
            if (due > instant)
                return latest;
            latest = due;
        }
    }

    /// <summary>Two steps short of where it must be, whatever the lengths of the months.</summary>
    private long StepNear(DateTimeOffset instant, double daysOfOne) => Math.Max(0, (long)((instant - start).TotalDays / (daysOfOne * recurrence.Count)) - 2);

    /// <summary>The first instant of the offset that holds at the later of two.</summary>
    private DateTimeOffset TransitionBetween(DateTimeOffset earlier, DateTimeOffset later)
    {
        var offset = zone.GetUtcOffset(earlier);
        long low = earlier.UtcTicks, high = later.UtcTicks;
        if (low > high)
            (low, high) = (high, low);
        while (high - low > 1)
        {
            var middle = low + ((high - low) / 2);
            if (zone.GetUtcOffset(new DateTimeOffset(middle, TimeSpan.Zero)) == offset)
                low = middle;
            else
                high = middle;
        }

        return new DateTimeOffset(high, TimeSpan.Zero);
    }

    private DateTimeOffset ToInstant(DateTime local)
    {
        local = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        if (zone.IsInvalidTime(local))
        {
            var before = new DateTimeOffset(local, zone.GetUtcOffset(local.AddHours(-3)));
            return TransitionBetween(before.AddHours(-3), before.AddHours(3));
        }

        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
