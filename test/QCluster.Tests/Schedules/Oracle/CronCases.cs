namespace QCluster.Tests.Schedules.Oracle;

/// <summary>Random lines of all that both sides can write, some of them wrong.</summary>
internal sealed class CronCases(int seed)
{
    private static readonly (int Low, int High)[] Ranges = [(0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (0, 7)];
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] Weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private static readonly TimeZoneInfo[] Zones = Array.ConvertAll(
        (string[])["UTC", "Europe/Prague", "Europe/Dublin", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca", "America/St_Johns", "Asia/Tokyo", "Pacific/Auckland", "Africa/Cairo", "America/Santiago"],
        TimeZoneInfo.FindSystemTimeZoneById);

    private readonly Random _random = new(seed);

    public CronCase Next()
    {
        var count = _random.Next(4) == 0 ? 6 : 5;
        var fields = Enumerable.Range(6 - count, count).Select(Field).ToArray();
        // A day that its months do not have.
        if (_random.Next(40) == 0)
            (fields[^3], fields[^2]) = ("31", "2,4");
        var zone = Zones[_random.Next(Zones.Length)];
        return new CronCase(fields, _random.Next(4) == 0 ? CronDays.Both : CronDays.Either, zone, After(zone));
    }

    /// <summary>Now and then shortly before a change of the clock, never shortly after one.</summary>
    private DateTimeOffset After(TimeZoneInfo zone)
    {
        var after = DateTimeOffset.FromUnixTimeSeconds(_random.NextInt64(1_262_304_000, 2_051_222_400));
        if (_random.Next(4) == 0 && ZoneChanges.Next(zone, after, TimeSpan.FromDays(400)) is { } change)
            after = change.AddSeconds(-_random.Next(1, 30_000));
        while (ZoneChanges.Next(zone, after.AddHours(-26), TimeSpan.FromHours(26)) is not null)
            after = after.AddHours(26);
        return after;
    }

    private string Field(int index)
    {
        var roll = _random.Next(100);
        if (roll < (index is 3 or 5 ? 45 : 25))
            return "*";
        return (index, roll) switch
        {
            (3, < 50) => "?",
            (3, < 55) => "L",
            (5, < 50) => "?",
            (5, < 54) => $"{_random.Next(0, 8)}#{_random.Next(1, 6)}",
            (5, < 57) => $"{_random.Next(0, 8)}L",
            (_, 99) => Wrong(index),
            (_, < 75) => Part(index),
            _ => string.Join(',', Enumerable.Range(0, _random.Next(2, 5)).Select(_ => Part(index))),
        };
    }

    private string Part(int index)
    {
        var (low, high) = Ranges[index];
        var step = _random.Next(1, Math.Min(high, 12) + 1);
        return _random.Next(10) switch
        {
            < 5 => Value(index),
            < 7 => Range(index),
            7 => $"*/{step}",
            8 => $"{_random.Next(low, high + 1)}/{step}",
            _ => $"{Range(index)}/{step}",
        };
    }

    /// <summary>One in four runs backwards.</summary>
    private string Range(int index)
    {
        var (low, high) = Ranges[index];
        var (one, other) = (_random.Next(low, high + 1), _random.Next(low, high + 1));
        return _random.Next(4) == 0 ? $"{Math.Max(one, other)}-{Math.Min(one, other)}" : $"{Math.Min(one, other)}-{Math.Max(one, other)}";
    }

    private string Value(int index)
    {
        var value = _random.Next(Ranges[index].Low, Ranges[index].High + 1);
        var name = index switch { 4 => Months[value - 1], 5 => Weekdays[value % 7], _ => null };
        return name is null || _random.Next(2) == 0 ? $"{value}" : _random.Next(2) == 0 ? name : name.ToUpperInvariant();
    }

    private string Wrong(int index) => _random.Next(5) switch
    {
        0 => $"{Ranges[index].High + _random.Next(1, 40)}",
        1 => "*/0",
        2 => "foo",
        3 => $"1-{Ranges[index].High + 1}",
        _ => $"*/{Ranges[index].High + _random.Next(1, 40)}",
    };
}
