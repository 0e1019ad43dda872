using Cronos;

namespace QCluster.Client.Schedules;

/// <summary>
/// A cron expression in the meaning of cron(8) and croniter, by the wall clock: one that restricts both fields of days is due on days that match either. The calendar
/// handles time zones: Cronos would use .NET's answers, which make it loop in some of them.
/// </summary>
internal sealed class CronLine
{
    private static readonly Dictionary<string, string> Macros = new(StringComparer.OrdinalIgnoreCase)
    {
        ["@hourly"] = "0 * * * *",
        ["@daily"] = "0 0 * * *",
        ["@midnight"] = "0 0 * * *",
        ["@weekly"] = "0 0 * * 0",
        ["@monthly"] = "0 0 1 * *",
        ["@yearly"] = "0 0 1 1 *",
        ["@annually"] = "0 0 1 1 *",
    };

    private const int MaxShown = 100;

    // Two where either field of days will do: Cronos itself wants both.
    private readonly CronExpression[] _expressions;

    private CronLine(string text, string[] fields, CronExpression[] expressions, bool hasTwoDayFields)
    {
        Text = text;
        IsInterval = fields[..^3].Any(part => part.AsSpan().IndexOfAny("*-/") >= 0);
        _expressions = expressions;
        HasTwoDayFields = hasTwoDayFields;
    }

    /// <summary>The expression as written, with single spaces.</summary>
    public string Text { get; }

    /// <summary>True if both day of month and day of week are restricted. A field that names every day is not restricted.</summary>
    public bool HasTwoDayFields { get; }

    /// <summary>True if the second, minute or hour has *, a range or a step. Then the schedule is due in both of two repeated hours, as in Cronos.</summary>
    public bool IsInterval { get; }

    /// <exception cref="ArgumentException">The expression is invalid, or never due.</exception>
    public static CronLine Parse(string text, CronDays days)
    {
        var fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var written = string.Join(' ', fields);
        if (fields is [['@', ..] macro])
            fields = Macros.TryGetValue(macro, out var meaning) ? meaning.Split(' ') : throw Refuse(written, $"there is no '{macro}'. Write one of {string.Join(", ", Macros.Keys)}, or five fields.");
        if (fields.Length is not (5 or 6))
            throw Refuse(written, $"it has {fields.Length} fields. Write five (minute, hour, day of month, month, day of week), or six with seconds first.");

        var whole = TryParse(fields) ?? throw Refuse(written, Problem(fields));
        // Its canonical form has '*' for a field that names every value.
        var canonical = whole.ToString().Split(' ');
        var hasTwoDayFields = canonical[^3] != "*" && canonical[^1] != "*";
        CronExpression[] expressions = hasTwoDayFields && days == CronDays.Either
            ? [TryParse([.. fields[..^1], "*"])!, TryParse([.. fields[..^3], "*", .. fields[^2..]])!]
            : [whole];
        var line = new CronLine(written, fields, expressions, hasTwoDayFields);
        // 30 February and the like.
        return line.After(DateTime.UnixEpoch, isInclusive: true) is null
            ? throw Refuse(written, $"it is never due: {(hasTwoDayFields ? "no day matches both" : "there is no such day")}. Look at the day of month ('{fields[^3]}'), month ('{fields[^2]}') and day of week ('{fields[^1]}').")
            : line;
    }

    /// <summary>The first occurrence after a local time, or at it; null = never again.</summary>
    public DateTime? After(DateTime local, bool isInclusive)
    {
        DateTime? first = null;
        foreach (var expression in _expressions)
        {
            if (expression.GetNextOccurrence(DateTime.SpecifyKind(local, DateTimeKind.Utc), isInclusive) is { } next && !(first <= next))
                first = next;
        }

        return first;
    }

    /// <summary>Names the invalid field, and the invalid part of it. Each is tried alone.</summary>
    private static string Problem(string[] fields)
    {
        for (var i = 0; i < fields.Length; i++)
        {
            if (Accepts(fields, i, fields[i]))
                continue;
            var part = fields[i].Split(',').FirstOrDefault(part => part.Length > 0 && !Accepts(fields, i, part)) ?? fields[i];
            return CronField.Of(fields.Length)[i].Refuse(part);
        }

        return "its fields do not go together. Write five (minute, hour, day of month, month, day of week), or six with seconds first.";
    }

    private static bool Accepts(string[] fields, int position, string value)
    {
        var alone = Enumerable.Repeat("*", fields.Length).ToArray();
        alone[position] = value;
        return TryParse(alone) is not null;
    }

    private static CronExpression? TryParse(string[] fields) =>
        CronExpression.TryParse(string.Join(' ', fields.Select((field, i) => CronField.Of(fields.Length)[i].Plain(field))), fields.Length == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard, out var expression) ? expression : null;

    private static ArgumentException Refuse(string text, string problem) =>
        new($"The cron expression '{(text.Length <= MaxShown ? text : text[..MaxShown] + "...")}' cannot be used: {problem}");
}
