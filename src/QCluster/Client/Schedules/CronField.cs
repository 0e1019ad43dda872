namespace QCluster.Client.Schedules;

/// <summary>A field of a cron expression: its name, and its valid values.</summary>
internal sealed record CronField(string Name, string Values, string Range, int MaxStep)
{
    private const string WeekRange = "0-7";
    private const string Combinations = "a list (1,5), a range (1-5), a step (*/5) or *";

    private static readonly CronField[] All =
    [
        new("second", "0 to 59, ", "0-59", 59),
        new("minute", "0 to 59, ", "0-59", 59),
        new("hour", "0 to 23, ", "0-23", 23),
        new("day of month", "1 to 31, L (the last day), L-3, 15W (the weekday nearest to the 15th), ", "1-31", 31),
        new("month", "1 to 12 or JAN to DEC, ", "1-12", 12),
        new("day of week", "0 to 7 (0 and 7 are Sunday) or SUN to SAT, 5L (the last Friday), 2#2 (the second Tuesday), ", WeekRange, 7),
    ];

    /// <summary>The fields of an expression, in their order: the first is that of seconds if there are six.</summary>
    public static ReadOnlySpan<CronField> Of(int count) => All.AsSpan(All.Length - count);

    /// <summary>Converts the field for Cronos, which takes * alone but in no list, and loses the Sunday of 7-3/2.</summary>
    public string Plain(string value)
    {
        var parts = value.Split(',');
        if (parts.Length > 1 && parts.Contains("*", StringComparer.Ordinal))
            return "*";
        return string.Join(',', parts.Select(part =>
            parts.Length > 1 && part.StartsWith("*/", StringComparison.Ordinal) ? Range + part[1..]
            : Range == WeekRange && part.StartsWith("7-", StringComparison.Ordinal) && !part.StartsWith("7-7", StringComparison.Ordinal) ? "0" + part[1..]
            : part));
    }

    /// <summary>Returns the problem of a refused value, and a valid example.</summary>
    public string Refuse(string value)
    {
        var slash = value.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0 && int.TryParse(value.AsSpan(slash + 1), out var step))
        {
            if (step == 0)
                return $"the {Name} is '{value}', and a step of 0 leads nowhere. Write a step of 1 to {MaxStep}, such as {value[..slash]}/1.";
            if (step > MaxStep)
                return $"the {Name} is '{value}', and its step is longer than the field. Write a step of 1 to {MaxStep}, or an interval instead of a cron expression.";
        }

        if (value.Contains(',', StringComparison.Ordinal) && value.AsSpan().IndexOfAny("LW#lw?") >= 0)
            return $"the {Name} is '{value}', and ?, L, W and # cannot be part of a list. Write them alone, and make one schedule for each.";
        return $"the {Name} is '{value}'. Write {Values}{Combinations}.";
    }
}
