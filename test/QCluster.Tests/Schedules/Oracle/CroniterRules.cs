using System.Globalization;

namespace QCluster.Tests.Schedules.Oracle;

/// <summary>
/// How croniter differs, each difference with its name. Where it can be helped, the line is written so that croniter means the same; nothing else is excused.
/// </summary>
internal sealed class CroniterRules
{
    public const string SecondsLast = "croniter has the seconds last";
    public const string NoQuestionMark = "croniter does not know ?";
    public const string LastWeekday = "croniter writes 5L as L5";
    public const string NoWayRound = "croniter refuses a range that runs backwards";
    public const string NoSevenWithSeconds = "croniter takes 7 for no weekday in lines with seconds";
    public const string NthAlone = "croniter forgets the day of month beside an nth or last weekday";
    public const string GivesUp = "croniter fails as a whole when one of two day fields never comes";
    public const string LongSteps = "croniter takes a step that is longer than the field";
    public const string ClockChanges = "croniter has rules of its own when clocks change; ours are those of Cronos";

    public static readonly string[] All = [SecondsLast, NoQuestionMark, LastWeekday, NoWayRound, NoSevenWithSeconds, NthAlone, GivesUp, LongSteps, ClockChanges];

    private static readonly int[] Longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

    private readonly Dictionary<string, int> _used = All.ToDictionary(rule => rule, _ => 0, StringComparer.Ordinal);

    public IReadOnlyDictionary<string, int> Used => _used;

    public void Use(string rule) => _used[rule]++;

    /// <param name="asked">The line.</param>
    /// <param name="count">How many times.</param>
    /// <param name="byWallClock">Ask for times of the wall clock, as if there were no zones.</param>
    public CroniterQuestion Question(CronCase asked, int count, bool byWallClock)
    {
        if (byWallClock)
            Use(ClockChanges);
        var hasSeconds = asked.Fields.Length == 6;
        var offset = 6 - asked.Fields.Length;
        var fields = asked.Fields.Select((field, i) => Rewrite(field, i + offset, hasSeconds)).ToArray();
        var either = asked.Days == CronDays.Either;
        IReadOnlyList<string[]> lines = [fields];
        var (day, weekday) = (fields[^3], fields[^1]);
        if (either && day != "*" && !IsEvery(day, 1, 31) && weekday != "*" && !IsEvery(weekday, 0, 6))
        {
            string[] byDay = [.. fields[..^1], "*"], byWeekday = [.. fields[..^3], "*", .. fields[^2..]];
            if (weekday.AsSpan().IndexOfAny("#L") >= 0)
            {
                Use(NthAlone);
                lines = [byDay, byWeekday];
            }
            else if (NeverComes(day, fields[^2]))
            {
                Use(GivesUp);
                lines = [byWeekday];
            }
        }

        if (hasSeconds)
            Use(SecondsLast);
        return new CroniterQuestion([.. lines.Select(line => string.Join(' ', hasSeconds ? [.. line[1..], line[0]] : line))], either, asked.Zone.Id, byWallClock, asked.After.ToUnixTimeSeconds(), count);
    }

    /// <summary>Whether a line that only croniter takes is refused here for a reason.</summary>
    public bool Excuses(CronCase asked)
    {
        var offset = 6 - asked.Fields.Length;
        int[] longest = [59, 59, 23, 31, 12, 7];
        if (!asked.Fields.Where((field, i) => field.Split(',').Any(part => part.Split('/') is [_, var step] && int.TryParse(step, out var by) && by > longest[i + offset])).Any())
            return false;
        Use(LongSteps);
        return true;
    }

    private string Rewrite(string field, int index, bool hasSeconds)
    {
        if (field == "?")
        {
            Use(NoQuestionMark);
            return "*";
        }

        if (index == 5 && field is [var weekday, 'L'])
        {
            Use(LastWeekday);
            return $"L{(weekday == '7' ? '0' : weekday)}";
        }

        if (index == 5 && field is ['7', '#', var nth])
            return $"0#{nth}";
        var forward = string.Join(',', field.Split(',').Select(part => WayRound(part, index, hasSeconds)));
        if (index == 5 && hasSeconds && forward != "*" && !forward.Contains('#', StringComparison.Ordinal) && Values(forward, 0, 7) is { } days && days.Max() == 7)
        {
            Use(NoSevenWithSeconds);
            return string.Join(',', days.Select(day => day % 7).Distinct());
        }

        return forward;
    }

    private string WayRound(string part, int index, bool hasSeconds)
    {
        if (part.Split('/') is not [var range, .. var step] || range.Split('-') is not [var from, var to] || !Number(from, out var low) || !Number(to, out var high) || low <= high)
            return part;
        var (first, last) = index switch { 2 => (0, 23), 3 => (1, 31), 4 => (1, 12), 5 => (0, 6), _ => (0, 59) };
        // Out of range either way, or a Sunday that needs no way round.
        if (low > (index == 5 ? 7 : last) || high < first || (index == 5 && high == 0 && low != 7 && !hasSeconds))
            return part;
        Use(NoWayRound);
        if (index == 5)
            low %= 7;
        var by = step is [var given] && Number(given, out var steps) ? steps : 1;
        var length = last - first + 1;
        var span = (high - low + length) % length;
        return string.Join(',', Enumerable.Range(0, (span / by) + 1).Select(i => first + ((low - first + (i * by)) % length)));
    }

    private static bool IsEvery(string field, int low, int high) => Values(field, low, high == 6 ? 7 : high) is { } values && values.Select(v => high == 6 ? v % 7 : v).Distinct().Count() == high - low + 1;

    private static bool NeverComes(string day, string month) =>
        Values(day, 1, 31) is { } days && days.Max() <= 31 && (month == "*" ? Enumerable.Range(1, 12) : Values(month, 1, 12)) is { } months && months.All(m => m is >= 1 and <= 12) && days.Min() > months.Max(m => Longest[m - 1]);

    /// <summary>The numbers that a field stands for; null where it is no list of numbers, ranges and steps.</summary>
    private static List<int>? Values(string field, int low, int high)
    {
        var values = new List<int>();
        foreach (var part in field.Split(','))
        {
            if (part.Split('/') is not [var range, .. var rest])
                return null;
            var step = rest is [var given] && Number(given, out var by) ? by : 1;
            var ends = range == "*" ? [$"{low}", $"{high}"] : range.Split('-');
            if (ends.Length > 2 || step < 1 || !Number(ends[0], out var first) || !Number(ends[^1], out var last))
                return null;
            if (ends.Length == 1 && rest.Length == 1)
                last = high;
            for (var value = first; value <= last; value += step)
                values.Add(value);
        }

        return values.Count == 0 ? null : values;
    }

    private static bool Number(string text, out int value)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value))
            return true;
        var month = Array.IndexOf(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], text.ToLowerInvariant());
        var weekday = Array.IndexOf(["sun", "mon", "tue", "wed", "thu", "fri", "sat"], text.ToLowerInvariant());
        value = month >= 0 ? month + 1 : weekday;
        return value >= 0;
    }
}
