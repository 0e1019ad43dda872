namespace QCluster.Tests.Schedules.Oracle;

/// <summary>When a zone's offset changes: looked for, so that it owes nothing to what is tested.</summary>
internal static class ZoneChanges
{
    private static readonly TimeSpan Step = TimeSpan.FromHours(6);

    /// <summary>The first instant of a new offset after one and within a time, or null.</summary>
    public static DateTimeOffset? Next(TimeZoneInfo zone, DateTimeOffset after, TimeSpan within)
    {
        for (var at = after; at < after + within; at += Step)
        {
            if (zone.GetUtcOffset(at) == zone.GetUtcOffset(at + Step))
                continue;
            var (low, high) = (at.ToUnixTimeSeconds(), (at + Step).ToUnixTimeSeconds());
            while (high - low > 1)
            {
                var middle = (low + high) / 2;
                if (zone.GetUtcOffset(DateTimeOffset.FromUnixTimeSeconds(middle)) == zone.GetUtcOffset(at))
                    low = middle;
                else
                    high = middle;
            }

            return DateTimeOffset.FromUnixTimeSeconds(high);
        }

        return null;
    }
}
