using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace QCluster.Tests.Schedules.Oracle;

/// <summary>python3-croniter, which django-q reads cron expressions with: one process for all questions.</summary>
internal static class Croniter
{
    private const string Python = "/usr/bin/python3";

    // For each line of the question the next times: by the wall clock, as if there were no zones, or as croniter makes them of the zone.
    private const string Script = """
        import datetime, json, sys, zoneinfo
        try:
            import croniter.croniter
        except ImportError:
            sys.exit(42)
        from croniter.croniter import croniter, CroniterError, CroniterBadDateError
        utc, epoch = datetime.timezone.utc, datetime.datetime(1970, 1, 1)

        def following(line, start, count, day_or):
            answer = []
            try:
                turns = croniter(line, start, ret_type=datetime.datetime, day_or=day_or)
                while len(answer) < count:
                    due = turns.get_next()
                    answer.append(int((due - epoch).total_seconds() if due.tzinfo is None else due.timestamp()))
            except CroniterBadDateError:
                pass
            return answer

        for question in sys.stdin:
            q = json.loads(question)
            zone = zoneinfo.ZoneInfo(q['zone'])
            start = datetime.datetime.fromtimestamp(q['after'], utc).astimezone(zone)
            try:
                if q['wall']:
                    start = start.replace(tzinfo=None)
                print(json.dumps({'due': [following(line, start, q['count'], q['either']) for line in q['lines']]}))
            except CroniterError as e:
                print(json.dumps({'refused': str(e)}))
        """;

    public static IReadOnlyList<CroniterAnswer> Ask(IEnumerable<CroniterQuestion> questions)
    {
        using var python = Process.Start(new ProcessStartInfo(Python, ["-c", Script]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var asking = Task.Run(() =>
        {
            foreach (var question in questions)
                python.StandardInput.WriteLine(JsonSerializer.Serialize(question));
            python.StandardInput.Close();
        });
        var errors = python.StandardError.ReadToEndAsync();
        var answers = new List<CroniterAnswer>();
        while (python.StandardOutput.ReadLine() is { } line)
            answers.Add(JsonSerializer.Deserialize<CroniterAnswer>(line)!);
        python.WaitForExit();
        if (python.ExitCode == 42)
            Assert.Fail("Python has no croniter: install it with 'apt-get install python3-croniter'.");
        Assert.That(python.ExitCode, Is.Zero, errors.GetAwaiter().GetResult());
        asking.GetAwaiter().GetResult();
        return answers;
    }
}

/// <param name="Lines">Expressions in croniter's way of writing; due is what any of them is due at.</param>
/// <param name="Either">croniter's <c>day_or</c>.</param>
/// <param name="Zone">IANA name.</param>
/// <param name="ByWallClock">Times are those of the wall clock, in seconds since 1970 of that clock.</param>
/// <param name="After">Unix seconds.</param>
/// <param name="Count">How many times are asked for.</param>
internal sealed record CroniterQuestion(
    [property: JsonPropertyName("lines")] IReadOnlyList<string> Lines,
    [property: JsonPropertyName("either")] bool Either,
    [property: JsonPropertyName("zone")] string Zone,
    [property: JsonPropertyName("wall")] bool ByWallClock,
    [property: JsonPropertyName("after")] long After,
    [property: JsonPropertyName("count")] int Count);

/// <param name="Due">For each line the next times.</param>
/// <param name="Refused">Why it cannot be read, or null.</param>
internal sealed record CroniterAnswer(
    [property: JsonPropertyName("due")] long[][]? Due,
    [property: JsonPropertyName("refused")] string? Refused);
