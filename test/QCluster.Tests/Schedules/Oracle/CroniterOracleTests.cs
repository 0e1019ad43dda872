namespace QCluster.Tests.Schedules.Oracle;

/// <summary>Cron expressions mean what croniter makes of them, but for the differences that <see cref="CroniterRules"/> names.</summary>
public sealed class CroniterOracleTests
{
    private const int Lines = 5000;
    private const int Times = 4;
    private static readonly TimeSpan Around = TimeSpan.FromDays(1);

    [Test]
    public void Five_thousand_random_lines_and_zones_are_due_when_croniter_says()
    {
        var source = new CronCases(seed: 20270328);
        var cases = Enumerable.Range(0, Lines).Select(_ => source.Next()).ToArray();
        var rules = new CroniterRules();
        var ours = Array.ConvertAll(cases, Read);
        var questions = cases.Select((asked, i) => rules.Question(asked, Times, byWallClock: IsNearClockChange(asked, ours[i].Due))).ToArray();
        var answers = Croniter.Ask(questions);
        Assert.That(answers, Has.Count.EqualTo(Lines));

        var differences = new List<string>();
        var compared = 0;
        for (var i = 0; i < Lines; i++)
        {
            if (Difference(cases[i], ours[i].Due, ours[i].Refusal, questions[i], answers[i], rules) is { } difference)
                differences.Add($"{cases[i]}: {difference}");
            else if (ours[i].Due is not null)
                compared++;
        }

        TestContext.Out.WriteLine($"{compared} lines are due alike. {string.Join("; ", rules.Used.Select(rule => $"{rule.Key}: {rule.Value}"))}");
        Assert.That(differences, Is.Empty, $"{differences.Count} differences:\n{string.Join('\n', differences.Take(20))}");
        Assert.That(compared, Is.GreaterThan(Lines * 8 / 10), "most lines are right");
        Assert.That(rules.Used.Where(rule => rule.Value == 0), Is.Empty, "no rule excuses what does not happen");
    }

    private static (long[]? Due, string Refusal) Read(CronCase asked)
    {
        try
        {
            return ([.. Recurrence.Cron(asked.Line, asked.Days).Next(asked.After, asked.Zone.Id, Times).Select(due => due.ToUnixTimeSeconds())], "");
        }
        catch (ArgumentException e)
        {
            return (null, e.Message);
        }
    }

    private static bool IsNearClockChange(CronCase asked, long[]? due) =>
        due is not null && ZoneChanges.Next(asked.Zone, asked.After - Around, DateTimeOffset.FromUnixTimeSeconds(due[^1]) - asked.After + Around + Around) is not null;

    private static string? Difference(CronCase asked, long[]? ours, string refusal, CroniterQuestion question, CroniterAnswer answer, CroniterRules rules)
    {
        if (ours is null)
            return answer.Refused is not null || answer.Due!.All(line => line.Length == 0) || rules.Excuses(asked) ? null : $"ours refuses it ({refusal}), croniter does not";
        if (answer.Refused is not null)
            return $"croniter refuses it ({answer.Refused}), ours does not";
        var theirs = answer.Due!.SelectMany(line => line).Distinct().Order().Take(Times).ToArray();
        if (question.ByWallClock)
            theirs = OfWallClock(asked, theirs);
        var length = question.ByWallClock ? Math.Min(Times, theirs.Length) : Times;
        return length > 0 && ours.Take(length).SequenceEqual(theirs.Take(length)) ? null : $"ours {Show(ours)}, croniter {Show(theirs)}";
    }

    /// <summary>
    /// What the wall clock's times are under the rules of Cronos: one that is skipped comes right after the gap, one that comes twice is the first of the two, or both for lines
    /// with *, a range or a step in their second, minute or hour.
    /// </summary>
    private static long[] OfWallClock(CronCase asked, long[] wall)
    {
        var instants = new SortedSet<long>();
        foreach (var time in wall)
        {
            var (first, second) = Instants(asked.Zone, time);
            instants.Add(first);
            if (asked.IsInterval)
                instants.Add(second);
        }

        // Behind the last time of the wall clock there may be others that were not asked for.
        var last = Instants(asked.Zone, wall[^1]).First;
        return [.. instants.Where(instant => instant <= last)];
    }

    /// <summary>The instants of a local time: two where it comes twice, and the first after the gap where it is skipped.</summary>
    private static (long First, long Second) Instants(TimeZoneInfo zone, long time)
    {
        var near = DateTimeOffset.FromUnixTimeSeconds(time);
        var found = Enumerable.Range(-60, 121).Select(quarters => TimeSpan.FromMinutes(15 * quarters)).Where(offset => zone.GetUtcOffset(near - offset) == offset).Select(offset => (near - offset).ToUnixTimeSeconds()).Order().ToArray();
        return found.Length > 0 ? (found[0], found[^1]) : (Skipped(zone, near), Skipped(zone, near));
    }

    private static long Skipped(TimeZoneInfo zone, DateTimeOffset near) => ZoneChanges.Next(zone, near - Around - Around, 4 * Around)!.Value.ToUnixTimeSeconds();

    private static string Show(long[] instants) => string.Join(' ', instants.Select(instant => DateTimeOffset.FromUnixTimeSeconds(instant).ToString("u")));
}
