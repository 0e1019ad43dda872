using System.Globalization;

namespace QCluster.Tests.Schedules;

/// <summary>Cron expressions: what they mean, and how those that mean nothing are refused.</summary>
public sealed class CronTests
{
    [Test]
    public void Six_fields_lose_no_occurrence_between_two_seconds() =>
        Assert.That(Next("0,30 30 2 * * *", "2027-01-01T00:07:00Z", 3), Is.EqualTo(new[] { "01-01 02:30:00", "01-01 02:30:30", "01-02 02:30:00" }));

    [Test]
    public void Two_restricted_day_fields_mean_either_unless_both_is_requested()
    {
        Assert.That(Next("0 0 13 * 5", "2027-08-01T00:00Z", 6), Is.EqualTo(new[] { "08-06 00:00:00", "08-13 00:00:00", "08-20 00:00:00", "08-27 00:00:00", "09-03 00:00:00", "09-10 00:00:00" }));
        Assert.That(Next("0 0 13 * 5", "2027-01-01T00:00Z", 2, CronDays.Both), Is.EqualTo(new[] { "08-13 00:00:00", "10-13 00:00:00" }));
        Assert.That(Next("0 0 1,15 * 1", "2027-01-01T00:00Z", 4), Is.EqualTo(new[] { "01-04 00:00:00", "01-11 00:00:00", "01-15 00:00:00", "01-18 00:00:00" }));
    }

    [TestCase("0 0 * * 1")]
    [TestCase("0 0 1-31 * 1", Description = "every day of the month restricts nothing, as croniter has it")]
    [TestCase("0 0 ? * 1")]
    [TestCase("0 0 */1 * MON")]
    public void One_restricted_day_field_needs_no_day_match(string expression)
    {
        Assert.That(Next(expression, "2027-01-01T00:00Z", 2), Is.EqualTo(new[] { "01-04 00:00:00", "01-11 00:00:00" }));
        Assert.That(Recurrence.Cron(expression, CronDays.Both).DayMatch, Is.EqualTo(CronDays.Either));
    }

    [TestCase("0 0 * * 7", "01-03 01-10 01-17")]
    [TestCase("0 0 * * FRI-MON", "01-02 01-03 01-04")]
    [TestCase("0 0 * * 7-3/2", "01-03 01-05 01-10")]
    [TestCase("0 0 * * 7-7", "01-03 01-10 01-17")]
    [TestCase("0 0 30,*/14 * *", "01-15 01-29 01-30")]
    [TestCase("0 0 2,* * *", "01-02 01-03 01-04")]
    [TestCase("0 0 * * fri-Mon", "01-02 01-03 01-04")]
    [TestCase("0 0 * * 5-7", "01-02 01-03 01-08")]
    [TestCase("0 0 * dec-FEB 1", "01-04 01-11 01-18")]
    [TestCase("0 0 L * *", "01-31 02-28 03-31")]
    [TestCase("0 0 L-1 * *", "01-30 02-27 03-30")]
    [TestCase("0 0 15W * *", "01-15 02-15 03-15")]
    [TestCase("0 0 16W 1-5 *", "01-15 02-16 03-16")]
    [TestCase("0 0 LW * *", "01-29 02-26 03-31")]
    [TestCase("0 0 * * 2#2", "01-12 02-09 03-09")]
    [TestCase("0 0 ? * 5L", "01-29 02-26 03-26")]
    [TestCase("0 0 31-1 * *", "01-31 02-01 03-01")]
    [TestCase("@daily", "01-02 01-03 01-04")]
    [TestCase("@MIDNIGHT", "01-02 01-03 01-04")]
    [TestCase("@weekly", "01-03 01-10 01-17")]
    [TestCase("@monthly", "02-01 03-01 04-01")]
    [TestCase("@yearly", "01-01 01-01 01-01")]
    [TestCase("@annually", "01-01 01-01 01-01")]
    public void Days_are_those_of_cron(string expression, string days) =>
        Assert.That(Next(expression, "2027-01-01T00:00Z", 3).Select(due => due[..5]), Is.EqualTo(days.Split(' ')));

    [TestCase("0 22-2 * * *", "22 23 00 01 02")]
    [TestCase("0 22-2/2 * * *", "22 00 02 22 00")]
    [TestCase("@hourly", "22 23 00 01 02")]
    [TestCase("\t0   20/2\t* * *  ", "22 20 22 20 22")]
    public void Hours_are_those_of_cron(string expression, string hours) =>
        Assert.That(Next(expression, "2027-01-01T21:00Z", 5).Select(due => due[6..8]), Is.EqualTo(hours.Split(' ')));

    [TestCase("*/0 * * * *", "minute", "'*/0'", "*/1")]
    [TestCase("61 * * * *", "minute", "'61'", "0 to 59")]
    [TestCase("1,2,61 * * * *", "minute", "'61'", "0 to 59")]
    [TestCase("99 * * * * *", "second", "'99'", "0 to 59")]
    [TestCase("* 24 * * *", "hour", "'24'", "0 to 23")]
    [TestCase("0 0 0 * *", "day of month", "'0'", "1 to 31")]
    [TestCase("0 0 * 13 *", "month", "'13'", "JAN to DEC")]
    [TestCase("0 22 * * 1-12", "day of week", "'1-12'", "SUN to SAT")]
    [TestCase("0 0 * * MONDAY", "day of week", "'MONDAY'", "SUN to SAT")]
    [TestCase("0 0 * * 5#6", "day of week", "'5#6'", "2#2")]
    [TestCase("0 0 1,L * *", "day of month", "'1,L'", "one schedule for each")]
    [TestCase("*/90 * * * *", "minute", "'*/90'", "an interval instead")]
    [TestCase("1,,2 * * * *", "minute", "'1,,2'", "0 to 59")]
    [TestCase("H * * * *", "minute", "'H'", "0 to 59")]
    [TestCase("* * * *", "4 fields", "'* * * *'", "five")]
    [TestCase("", "0 fields", "''", "five")]
    [TestCase("@reboot", "no '@reboot'", "'@reboot'", "@daily")]
    [TestCase("0 0 30 2 *", "never due", "'30'", "day of month")]
    public void A_refusal_names_the_field_the_value_and_what_to_write(string expression, string field, string value, string remedy) =>
        Assert.That(() => Recurrence.Cron(expression), Throws.ArgumentException.With.Message.Contains(field).And.Message.Contains(value).And.Message.Contains(remedy));

    [Test]
    public void Days_that_never_match_both_fields_are_refused_only_where_both_must()
    {
        Assert.That(() => Recurrence.Cron("0 0 30 2 1", CronDays.Both), Throws.ArgumentException.With.Message.Contains("no day matches both"));
        Assert.That(Next("0 0 30 2 1", "2027-01-01T00:00Z", 2), Is.EqualTo(new[] { "02-01 00:00:00", "02-08 00:00:00" }));
    }

    [Test]
    public void Random_text_is_read_or_refused()
    {
        const string letters = "0123456789*/-,?LW#@hHmonMON \t\né~";
        var random = new Random(20270101);
        var read = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Join(' ', Enumerable.Range(0, random.Next(4, 7)).Select(_ => new string([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => letters[random.Next(letters.Length)])])));
            try
            {
                Assert.That(Recurrence.Cron(text).Next(DateTimeOffset.UnixEpoch, "Europe/Prague"), Is.Not.Empty, text);
                read++;
            }
            catch (ArgumentException e)
            {
                Assert.That(e.Message, Does.StartWith("The cron expression"));
            }
        }

        Assert.That(read, Is.Positive);
    }

    // Prague: 02:00 to 03:00 does not exist on 28 March 2027, and exists twice on 31 October.
    [TestCase("30 2 * * *", "2027-03-27T12:00Z", "28T01:00 29T00:30", Description = "skipped: at the first instant after the gap")]
    [TestCase("0,15,30 2 * * *", "2027-03-27T12:00Z", "28T01:00 29T00:00", Description = "several skipped: as one")]
    [TestCase("*/30 * * * *", "2027-03-28T00:20Z", "28T00:30 28T01:00 28T01:30")]
    [TestCase("30 2 * * *", "2027-10-30T12:00Z", "31T00:30 01T01:30", Description = "repeated: the first of the two")]
    [TestCase("30 * * * *", "2027-10-31T00:00Z", "31T00:30 31T01:30 31T02:30", Description = "repeated, with * in the hour: both")]
    [TestCase("30 1-3 * * *", "2027-10-30T22:00Z", "30T23:30 31T00:30 31T01:30 31T02:30", Description = "repeated, with a range in the hour: both")]
    public void Clock_changes_follow_the_rules_of_Cronos(string expression, string after, string due)
    {
        var expected = due.Split(' ');
        Assert.That(Recurrence.Cron(expression).Next(Time(after), "Europe/Prague", expected.Length).Select(t => t.UtcDateTime.ToString("dd'T'HH:mm", CultureInfo.InvariantCulture)), Is.EqualTo(expected));
    }

    [Test]
    public void The_next_times_are_in_the_zone_and_count_from_the_start()
    {
        var nightly = Recurrence.Cron("0 3 * * *").Next(Time("2027-03-27T12:00Z"), "Europe/Prague", 2);
        Assert.That(nightly.Select(t => t.ToString("o")), Is.EqualTo(new[] { "2027-03-28T03:00:00.0000000+02:00", "2027-03-29T03:00:00.0000000+02:00" }));
        Assert.That(Recurrence.Every(TimeSpan.FromSeconds(90)).Next(Time("2027-01-01T00:00Z"), count: 2), Is.EqualTo(new[] { Time("2027-01-01T00:01:30Z"), Time("2027-01-01T00:03:00Z") }));
        Assert.That(Recurrence.Every(TimeSpan.FromSeconds(90)).Next(Time("2027-01-01T00:01Z"), start: Time("2027-01-01T00:00Z")), Is.EqualTo(new[] { Time("2027-01-01T00:01:30Z") }));
        Assert.That(Recurrence.Monthly.Next(Time("2027-03-01T00:00Z"), "UTC", 2, Time("2027-01-31T08:00Z")), Is.EqualTo(new[] { Time("2027-03-31T08:00Z"), Time("2027-04-30T08:00Z") }));
        Assert.That(Recurrence.Once.Next(Time("2027-01-01T00:00Z"), count: 5, start: Time("2027-01-02T00:00Z")), Is.EqualTo(new[] { Time("2027-01-02T00:00Z") }));
        Assert.That(Recurrence.Once.Next(Time("2027-01-01T00:00Z")), Is.Empty);
        Assert.That(() => Recurrence.Daily.Next(Time("2027-01-01T00:00Z"), "Mars/Base"), Throws.ArgumentException.With.Message.Contains("Mars/Base"));
        Assert.That(() => Recurrence.Daily.Next(Time("2027-01-01T00:00Z"), count: 0), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => Recurrence.Daily.Next(DateTimeOffset.MinValue), Throws.InstanceOf<ArgumentException>());
    }

    private static string[] Next(string expression, string after, int count, CronDays days = CronDays.Either) =>
        [.. Recurrence.Cron(expression, days).Next(Time(after), "UTC", count).Select(due => due.ToString("MM-dd HH:mm:ss", CultureInfo.InvariantCulture))];

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
