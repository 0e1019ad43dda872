namespace QCluster.Schedules;

/// <summary>
/// When a schedule is due after an instant. Days, weeks and months are counted from the start by the wall clock of the time zone, so none of them drifts;
/// a local time that does not exist is the first instant after the gap, one that exists twice is the first of the two. Intervals, and cron
/// expressions for every hour, go by real time.
/// </summary>
internal sealed class Calendar(Recurrence recurrence, DateTimeOffset start, TimeZoneInfo zone)
{
    private readonly DateTime _localStart = TimeZoneInfo.ConvertTime(start, zone).DateTime;

    /// <summary>The first due time later than an instant; null = never again.</summary>
    public DateTimeOffset? After(DateTimeOffset instant) => recurrence.Kind switch
    {
        RecurrenceKind.Once => instant < start ? start : null,
        RecurrenceKind.Interval => AfterInterval(instant),
        RecurrenceKind.Days => AfterSteps(instant, static (local, steps) => local.AddDays(steps), 1),
        RecurrenceKind.Months => AfterSteps(instant, static (local, steps) => local.AddMonths((int)steps), 31),
        _ => AfterCron(instant < start ? start.AddTicks(-1) : instant),
    };

    /// <summary>The last due time that is not later than an instant, of those from a known one on.</summary>
    public DateTimeOffset LatestUpTo(DateTimeOffset instant, DateTimeOffset due)
    {
        if (recurrence.Kind == RecurrenceKind.Interval)
            return AfterInterval(instant) is { } next ? next.AddMilliseconds(-recurrence.Count) : due;
        while (After(due) is { } next && next <= instant)
            due = next;
        return due;
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
        // Two steps short of where it must be, whatever the lengths of the months.
        var near = Math.Max(0, (long)((instant - start).TotalDays / (daysOfOne * recurrence.Count)) - 2);
        for (var step = near; ; step++)
        {
            var due = ToInstant(add(_localStart, step * recurrence.Count));
            if (due > instant)
                return due;
        }
    }

    private DateTimeOffset? AfterCron(DateTimeOffset instant)
    {
        var byRealTime = IsHourly(recurrence.Expression!);
        // The local time under the offset of the instant; when the offset changes before the next one, on from there under the new one.
        for (var turns = 0; turns < 1000; turns++)
        {
            var offset = zone.GetUtcOffset(instant);
            var local = instant.ToOffset(offset).DateTime;
            var next = recurrence.Crontab!.GetNextOccurrence(local, new DateTime(9000, 1, 1));
            if (next.Year >= 9000)
                return null;
            var candidate = new DateTimeOffset(next, offset);
            if (zone.GetUtcOffset(candidate) == offset && (byRealTime || !IsSecondOfTwo(candidate)))
                return candidate.ToUniversalTime();
            if (zone.GetUtcOffset(candidate) == offset)
            {
                instant = candidate;
                continue;
            }

            if (!byRealTime)
            {
                // By the wall clock: a time in the gap is the instant after it.
                var due = ToInstant(next);
                if (due > instant)
                    return due;
                instant = TransitionBetween(instant, candidate);
                continue;
            }

            instant = TransitionBetween(instant, candidate).AddTicks(-1);
            var changed = instant.AddTicks(1);
            var after = new DateTimeOffset(recurrence.Crontab!.GetNextOccurrence(changed.ToOffset(zone.GetUtcOffset(changed)).DateTime.AddTicks(-1), new DateTime(9000, 1, 1)), zone.GetUtcOffset(changed));
            if (zone.GetUtcOffset(after) == zone.GetUtcOffset(changed))
                return after.ToUniversalTime();
            instant = changed;
        }

        return null;
    }

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

    private bool IsSecondOfTwo(DateTimeOffset candidate)
    {
        var local = DateTime.SpecifyKind(candidate.DateTime, DateTimeKind.Unspecified);
        return zone.IsAmbiguousTime(local) && candidate.Offset != zone.GetAmbiguousTimeOffsets(local).Max();
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

    /// <summary>Whether it is meant for every hour, or several times an hour in any of many: then by real time.</summary>
    private static bool IsHourly(string expression)
    {
        var fields = expression.Split(' ');
        return fields[^4].StartsWith('*');
    }
}
