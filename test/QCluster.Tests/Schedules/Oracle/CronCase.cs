namespace QCluster.Tests.Schedules.Oracle;

/// <summary>A random line, and where and when it is asked about.</summary>
internal sealed record CronCase(string[] Fields, CronDays Days, TimeZoneInfo Zone, DateTimeOffset After)
{
    public string Line => string.Join(' ', Fields);

    /// <summary>What is due in both of two repeated hours: by Cronos, a line with *, a range or a step in its second, minute or hour.</summary>
    public bool IsInterval => Fields[..^3].Any(part => part.AsSpan().IndexOfAny("*-/") >= 0);

    public override string ToString() => $"'{Line}' ({Days}) in {Zone.Id} after {After:u}";
}
