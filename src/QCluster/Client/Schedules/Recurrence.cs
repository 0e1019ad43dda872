using System.Globalization;
using QCluster.Client.Schedules;
using Calendar = QCluster.Client.Schedules.Calendar;

namespace QCluster;

/// <summary>The due times of a schedule. Converts from a time span or a number of seconds: an interval.</summary>
public sealed class Recurrence : IEquatable<Recurrence>
{
    private const string Both = "both";
    private const int MaxOccurrences = 10_000;
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private readonly RecurrenceKind _kind;
    private readonly long _count;

    private Recurrence(RecurrenceKind kind, long count = 1)
    {
        _kind = kind;
        _count = count;
    }

    private Recurrence(CronLine line, CronDays dayMatch)
        : this(RecurrenceKind.Cron)
    {
        Line = line;
        // Where one field of days is restricted there is nothing to choose.
        DayMatch = line.HasTwoDayFields ? dayMatch : CronDays.Either;
    }

    /// <summary>The cron expression as written, with single spaces; null for other recurrences.</summary>
    public string? Expression => Line?.Text;

    /// <summary>The meaning of a cron expression that restricts both day of month and day of week.</summary>
    /// <value>Always <see cref="CronDays.Either"/> if it restricts one of them or none, and for other recurrences.</value>
    public CronDays DayMatch { get; }

    internal RecurrenceKind Kind => _kind;

    internal long Count => _count;

    internal CronLine? Line { get; }

    /// <summary>Once, at the schedule's start.</summary>
    public static Recurrence Once { get; } = new(RecurrenceKind.Once);

    /// <summary>Each hour at the minute and second of its start.</summary>
    public static Recurrence Hourly { get; } = Hours(1);

    /// <summary>Each day at the local time of its start.</summary>
    public static Recurrence Daily { get; } = Days(1);

    /// <summary>Each week on the day and at the local time of its start.</summary>
    public static Recurrence Weekly { get; } = Days(7);

    /// <summary>Every second week.</summary>
    public static Recurrence Biweekly { get; } = Days(14);

    /// <summary>Each month on the day of its start, or the last day of shorter months.</summary>
    public static Recurrence Monthly { get; } = Months(1);

    /// <summary>Every second month.</summary>
    public static Recurrence Bimonthly { get; } = Months(2);

    /// <summary>Every third month.</summary>
    public static Recurrence Quarterly { get; } = Months(3);

    /// <summary>Each year on the day of its start; 29 February becomes 28 in other years.</summary>
    public static Recurrence Yearly { get; } = Months(12);

    /// <summary>An interval from start to start, in real time.</summary>
    /// <param name="interval">At least one second, in whole milliseconds.</param>
    public static Recurrence Every(TimeSpan interval) =>
        interval >= Shortest && interval <= TimeSpan.FromDays(3660)
            ? new Recurrence(RecurrenceKind.Interval, (long)interval.TotalMilliseconds)
            : throw new ArgumentOutOfRangeException(nameof(interval), interval, "An interval is from one second to ten years.");

    /// <summary>An interval in minutes.</summary>
    /// <param name="count">The number of minutes, at least 1.</param>
    public static Recurrence Minutes(int count = 1) => Every(TimeSpan.FromMinutes(count));

    /// <summary>An interval in hours.</summary>
    /// <param name="count">The number of hours, at least 1.</param>
    public static Recurrence Hours(int count = 1) => Every(TimeSpan.FromHours(count));

    /// <summary>An interval in days, at the same local time.</summary>
    /// <param name="count">The number of days, at least 1.</param>
    public static Recurrence Days(int count = 1) => new(RecurrenceKind.Days, Checked(count));

    /// <summary>An interval in months, on the same day, or the last day of shorter months, at the same local time.</summary>
    /// <param name="count">The number of months, at least 1.</param>
    public static Recurrence Months(int count = 1) => new(RecurrenceKind.Months, Checked(count));

    /// <summary>A cron expression of five fields (minute, hour, day of month, month, day of week), of six with seconds first, or a name such as <c>@daily</c>.</summary>
    /// <param name="expression">
    /// Numbers, names (<c>MON</c>, <c>jan</c>), lists, ranges and steps, and <c>L</c>, <c>W</c>, <c>#</c> and <c>?</c>. A range may wrap around:
    /// <c>22-2</c> is 22, 23, 0, 1, 2. 0 and 7 are Sunday.
    /// </param>
    /// <param name="dayMatch">The days of an expression that restricts both day of month and day of week. Default: those that match either, as in cron(8).</param>
    /// <exception cref="ArgumentException">The expression is invalid, or never due; the message names the field, the value and a valid example.</exception>
    /// <remarks>
    /// When clocks go forward, an occurrence in the skipped hour is due at the first instant after it; several become one. When clocks go back, an expression
    /// with <c>*</c>, a range or a step in its second, minute or hour is due in both of the repeated hours, any other in the first one only.
    /// </remarks>
    public static Recurrence Cron(string expression, CronDays dayMatch = CronDays.Either)
    {
        ArgumentNullException.ThrowIfNull(expression);
        return new Recurrence(CronLine.Parse(expression, dayMatch), dayMatch);
    }

    /// <summary>An interval.</summary>
    /// <param name="interval">At least one second.</param>
    public static implicit operator Recurrence(TimeSpan interval) => Every(interval);

    /// <summary>An interval in seconds.</summary>
    /// <param name="seconds">The number of seconds, at least 1.</param>
    public static implicit operator Recurrence(int seconds) => Every(TimeSpan.FromSeconds(seconds));

    /// <inheritdoc cref="op_Implicit(TimeSpan)" />
    public static Recurrence FromTimeSpan(TimeSpan interval) => Every(interval);

    /// <inheritdoc cref="op_Implicit(int)" />
    public static Recurrence FromInt32(int seconds) => Every(TimeSpan.FromSeconds(seconds));

    /// <summary>
    /// Reads the form of <see cref="ToString"/>: <c>once</c>, <c>30s</c> or another duration, <c>days 1</c>, <c>months 1</c>, the names of the properties, or a cron
    /// expression, followed by <c>both</c> for <see cref="CronDays.Both"/>.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <exception cref="ArgumentException">The text has none of these forms.</exception>
    public static Recurrence Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text = text.Trim();
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words is [['@', ..]])
            return Cron(text);
        if (words.Length == 1)
        {
            Recurrence? named = text.ToLowerInvariant() switch
            {
                "once" => Once,
                "minutely" => Minutes(),
                "hourly" => Hourly,
                "daily" => Daily,
                "weekly" => Weekly,
                "biweekly" => Biweekly,
                "monthly" => Monthly,
                "bimonthly" => Bimonthly,
                "quarterly" => Quarterly,
                "yearly" => Yearly,
                _ => null,
            };
            if (named is not null)
                return named;
            if (Durations.TryParse(text, out var interval))
                return Every(interval);
        }

        if (words.Length == 2 && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            if (words[0] is "days")
                return Days(count);
            if (words[0] is "months")
                return Months(count);
        }

        if (words.Length is 6 or 7 && words[^1].Equals(Both, StringComparison.OrdinalIgnoreCase))
            return Cron(string.Join(' ', words[..^1]), CronDays.Both);
        return words.Length is 5 or 6
            ? Cron(text)
            : throw new ArgumentException($"A schedule cannot be due '{text}': write once, a duration such as 30s, minutely, hourly, daily, weekly, biweekly, monthly, bimonthly, quarterly, yearly, a cron expression of five or six fields, or @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually.", nameof(text));
    }

    /// <summary>Returns the next due times.</summary>
    /// <param name="after">The lower bound of the times, exclusive. Intervals, days, months and years count from it, unless there is a start.</param>
    /// <param name="zone">The IANA name of the time zone, such as <c>Europe/Prague</c>; the times are given in it. Default <c>UTC</c>.</param>
    /// <param name="count">The maximum number of times, 1 to 10,000. Default 1.</param>
    /// <param name="start">The start of a schedule with this recurrence: no time is before it. Null: <paramref name="after"/>.</param>
    /// <returns>The times in their order; fewer than <paramref name="count"/> if there are no more.</returns>
    /// <exception cref="ArgumentException">The time zone is unknown on this machine, or a number is out of range.</exception>
    /// <remarks>Uses neither a cluster nor Redis; the arithmetic is that of the clusters.</remarks>
    public IReadOnlyList<DateTimeOffset> Next(DateTimeOffset after, string zone = "UTC", int count = 1, DateTimeOffset? start = null)
    {
        if (count is < 1 or > MaxOccurrences)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"Ask for 1 to {MaxOccurrences} times.");
        if (after.Year is < 1900 or > 2400)
            throw new ArgumentOutOfRangeException(nameof(after), after, "Give a time from 1900 to 2400.");
        ArgumentNullException.ThrowIfNull(zone);
        var info = Schedule.ZoneOf(zone);
        var calendar = new Calendar(this, start ?? after, info);
        var due = new List<DateTimeOffset>(Math.Min(count, 100));
        for (DateTimeOffset? last = after; due.Count < count && (last = calendar.After(last.Value)) is { } next;)
            due.Add(TimeZoneInfo.ConvertTime(next, info));
        return due;
    }

    /// <inheritdoc />
    public override string ToString() => _kind switch
    {
        RecurrenceKind.Once => "once",
        RecurrenceKind.Interval => string.Create(CultureInfo.InvariantCulture, $"{_count / 1000.0}s"),
        RecurrenceKind.Days => string.Create(CultureInfo.InvariantCulture, $"days {_count}"),
        RecurrenceKind.Months => string.Create(CultureInfo.InvariantCulture, $"months {_count}"),
        _ => DayMatch == CronDays.Both ? $"{Expression} {Both}" : Expression!,
    };

    /// <inheritdoc />
    public bool Equals(Recurrence? other) => other is not null && string.Equals(ToString(), other.ToString(), StringComparison.Ordinal);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as Recurrence);

    /// <inheritdoc />
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    private static int Checked(int count) => count is >= 1 and <= 1200 ? count : throw new ArgumentOutOfRangeException(nameof(count), count, "Write 1 to 1200.");
}
