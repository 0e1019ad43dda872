using System.Globalization;

namespace QCluster;

/// <summary>A maximum number of starts in a period, counted over all clusters of a queue.</summary>
/// <param name="Count">The number of starts, from 1.</param>
/// <param name="Period">The period, from 1 ms to 366 days. The starts are spread evenly over it.</param>
public readonly record struct RateLimit(int Count, TimeSpan Period)
{
    private static readonly (string Unit, TimeSpan Period)[] Units =
    [
        ("s", TimeSpan.FromSeconds(1)), ("m", TimeSpan.FromMinutes(1)), ("h", TimeSpan.FromHours(1)), ("d", TimeSpan.FromDays(1)),
    ];

    /// <summary>Reads <c>100/s</c>, <c>10/m</c>, <c>1000/h</c>, <c>5/d</c>, or with another period <c>3/10s</c>. Celery's <c>rate_limit</c> has the first three forms.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="ArgumentException">The text has none of these forms.</exception>
    public static RateLimit Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && int.TryParse(text.AsSpan(0, slash), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            var unit = text[(slash + 1)..].Trim();
            var known = Array.Find(Units, u => string.Equals(u.Unit, unit, StringComparison.Ordinal)).Period;
            if (known != default || Durations.TryParse(unit, out known))
                return new RateLimit(count, known).Checked();
        }

        throw new ArgumentException($"A rate limit cannot be '{text}': write a number and a time, such as 100/s, 10/m, 1000/h or 3/10s.", nameof(text));
    }

    internal RateLimit Checked()
    {
        if (Count < 1 || Period < TimeSpan.FromMilliseconds(1) || Period > TimeSpan.FromDays(366))
            throw new ArgumentOutOfRangeException(nameof(Count), ToString(), "A rate limit is at least 1 in a time from 1 ms to 366 days.");
        return this;
    }

    /// <inheritdoc />
    public override string ToString()
    {
        var period = Period;
        var unit = Array.Find(Units, u => u.Period == period).Unit;
        return string.Create(CultureInfo.InvariantCulture, $"{Count}/{unit ?? $"{Period.TotalSeconds}s"}");
    }
}
