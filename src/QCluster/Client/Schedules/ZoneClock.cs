namespace QCluster.Client.Schedules;

/// <summary>
/// The wall clock of a time zone, from its offset at each instant alone. .NET's answers about local times, which of them are skipped and which come twice, are wrong for zones
/// with a changing base offset, such as Europe/Dublin and Africa/Casablanca. So are results built on them.
/// </summary>
internal sealed class ZoneClock(TimeZoneInfo zone)
{
    private static readonly TimeSpan Stride = TimeSpan.FromHours(12);

    /// <summary>Longer than any offset, or any change of one.</summary>
    private static readonly TimeSpan Around = TimeSpan.FromHours(26);

    public TimeSpan OffsetAt(DateTimeOffset instant) => zone.GetUtcOffset(instant);

    /// <summary>The first change of the offset after one instant and up to another; null = none.</summary>
    public DateTimeOffset? ChangeBetween(DateTimeOffset after, DateTimeOffset upTo)
    {
        for (var from = after; from < upTo;)
        {
            var to = upTo - from > Stride ? from + Stride : upTo;
            if (OffsetAt(from) != OffsetAt(to))
                return FirstOther(from, to);
            from = to;
        }

        return null;
    }

    /// <summary>The instant of a local time: the first of two, and the end of the gap for a skipped one.</summary>
    public DateTimeOffset InstantOf(DateTime local)
    {
        var near = new DateTimeOffset(local.Ticks, TimeSpan.Zero);
        var before = OffsetAt(near - Around);
        if (ChangeBetween(near - Around, near + Around) is not { } change || near - before < change)
            return near - before;
        var instant = near - OffsetAt(change);
        return instant < change ? change : instant;
    }

    /// <summary>The last change that repeats local times, with the length of the repetition, if an instant is in it.</summary>
    public (DateTimeOffset Change, TimeSpan Length)? RepetitionAt(DateTimeOffset instant)
    {
        if (ChangeBetween(instant - Around, instant) is not { } change)
            return null;
        var length = OffsetAt(change.AddTicks(-1)) - OffsetAt(change);
        return instant < change + length ? (change, length) : null;
    }

    private DateTimeOffset FirstOther(DateTimeOffset from, DateTimeOffset to)
    {
        var offset = OffsetAt(from);
        var (low, high) = (from.UtcTicks, to.UtcTicks);
        while (high - low > 1)
        {
            var middle = low + ((high - low) / 2);
            if (OffsetAt(new DateTimeOffset(middle, TimeSpan.Zero)) == offset)
                low = middle;
            else
                high = middle;
        }

        return new DateTimeOffset(high, TimeSpan.Zero);
    }
}
