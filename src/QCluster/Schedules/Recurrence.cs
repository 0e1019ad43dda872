using System.Globalization;
using NCrontab;

namespace QCluster;

/// <summary>When a schedule is due. A time span or a number of seconds is one too: every so often.</summary>
public sealed class Recurrence : IEquatable<Recurrence>
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private readonly RecurrenceKind _kind;
    private readonly long _count;

    private Recurrence(RecurrenceKind kind, long count = 1, string? expression = null)
    {
        _kind = kind;
        _count = count;
        Expression = expression;
        if (expression is not null)
            Crontab = ReadCron(expression);
    }

    /// <summary>The cron expression, or null.</summary>
    public string? Expression { get; }

    internal RecurrenceKind Kind => _kind;

    internal long Count => _count;

    internal CrontabSchedule? Crontab { get; }

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

    /// <summary>Each year on the day of its start; 29 February becomes 28 where there is none.</summary>
    public static Recurrence Yearly { get; } = Months(12);

    /// <summary>Every so often, from start to start, in real time.</summary>
    /// <param name="interval">At least one second, in whole milliseconds.</param>
    public static Recurrence Every(TimeSpan interval) =>
        interval >= Shortest && interval <= TimeSpan.FromDays(3660)
            ? new Recurrence(RecurrenceKind.Interval, (long)interval.TotalMilliseconds)
            : throw new ArgumentOutOfRangeException(nameof(interval), interval, "An interval is from one second to ten years.");

    /// <summary>Every so many minutes.</summary>
    /// <param name="count">How many.</param>
    public static Recurrence Minutes(int count = 1) => Every(TimeSpan.FromMinutes(count));

    /// <summary>Every so many hours.</summary>
    /// <param name="count">How many.</param>
    public static Recurrence Hours(int count = 1) => Every(TimeSpan.FromHours(count));

    /// <summary>Every so many days, at the same local time.</summary>
    /// <param name="count">How many.</param>
    public static Recurrence Days(int count = 1) => new(RecurrenceKind.Days, Checked(count));

    /// <summary>Every so many months, on the same day, or the last one of shorter months, at the same local time.</summary>
    /// <param name="count">How many.</param>
    public static Recurrence Months(int count = 1) => new(RecurrenceKind.Months, Checked(count));

    /// <summary>By a cron expression of five fields (minute, hour, day of month, month, day of week), or of six with seconds first.</summary>
    /// <param name="expression">The expression.</param>
    /// <exception cref="ArgumentException">It cannot be read.</exception>
    public static Recurrence Cron(string expression)
    {
        ArgumentNullException.ThrowIfNull(expression);
        return new Recurrence(RecurrenceKind.Cron, 1, string.Join(' ', expression.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
    }

    /// <summary>Every so often.</summary>
    /// <param name="interval">At least one second.</param>
    public static implicit operator Recurrence(TimeSpan interval) => Every(interval);

    /// <summary>Every so many seconds.</summary>
    /// <param name="seconds">At least one.</param>
    public static implicit operator Recurrence(int seconds) => Every(TimeSpan.FromSeconds(seconds));

    /// <inheritdoc cref="op_Implicit(TimeSpan)" />
    public static Recurrence FromTimeSpan(TimeSpan interval) => Every(interval);

    /// <inheritdoc cref="op_Implicit(int)" />
    public static Recurrence FromInt32(int seconds) => Every(TimeSpan.FromSeconds(seconds));

    /// <summary>Reads what <see cref="ToString"/> writes: <c>once</c>, <c>30s</c> or another duration, <c>days 1</c>, <c>months 1</c>, the names of the properties, or a cron expression.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="ArgumentException">It is none of these.</exception>
    public static Recurrence Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text = text.Trim();
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
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

        return words.Length is 5 or 6
            ? Cron(text)
            : throw new ArgumentException($"A schedule cannot be due '{text}': write once, a duration such as 30s, minutely, hourly, daily, weekly, biweekly, monthly, bimonthly, quarterly, yearly, or a cron expression of five or six fields.", nameof(text));
    }

    /// <inheritdoc />
    public override string ToString() => _kind switch
    {
        RecurrenceKind.Once => "once",
        RecurrenceKind.Interval => string.Create(CultureInfo.InvariantCulture, $"{_count / 1000.0}s"),
        RecurrenceKind.Days => string.Create(CultureInfo.InvariantCulture, $"days {_count}"),
        RecurrenceKind.Months => string.Create(CultureInfo.InvariantCulture, $"months {_count}"),
        _ => Expression!,
    };

    /// <inheritdoc />
    public bool Equals(Recurrence? other) => other is not null && string.Equals(ToString(), other.ToString(), StringComparison.Ordinal);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as Recurrence);

    /// <inheritdoc />
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    private static int Checked(int count) => count is >= 1 and <= 1200 ? count : throw new ArgumentOutOfRangeException(nameof(count), count, "Write 1 to 1200.");

    private static CrontabSchedule ReadCron(string expression)
    {
        var fields = expression.Split(' ').Length;
        try
        {
            var crontab = CrontabSchedule.Parse(expression, new CrontabSchedule.ParseOptions { IncludingSeconds = fields == 6 });
            // 30 February and the like.
            if (crontab.GetNextOccurrence(new DateTime(2000, 1, 1), new DateTime(2100, 1, 1)) >= new DateTime(2100, 1, 1))
                throw new ArgumentException($"The cron expression '{expression}' is never due.", nameof(expression));
            return crontab;
        }
        catch (CrontabException e)
        {
            throw new ArgumentException($"The cron expression '{expression}' cannot be read: {e.Message} Write five fields (minute, hour, day of month, month, day of week), or six with seconds first.", nameof(expression), e);
        }
    }
}
