using System.Globalization;
using Calendar = QCluster.Client.Schedules.Calendar;

namespace QCluster.Tests.Schedules;

/// <summary>When schedules are due: across month ends and changes of the clock.</summary>
public sealed class CalendarTests
{
    private static readonly TimeZoneInfo Prague = TimeZoneInfo.FindSystemTimeZoneById("Europe/Prague");

    [Test]
    public void A_month_end_is_kept_and_does_not_drift() =>
        Assert.That(Days(Recurrence.Monthly, "2027-01-31T08:00Z", TimeZoneInfo.Utc, 6), Is.EqualTo(new[] { "01-31", "02-28", "03-31", "04-30", "05-31", "06-30" }));

    [Test]
    public void A_leap_day_is_kept_in_leap_years() =>
        Assert.That(Next(Recurrence.Yearly, "2028-02-29T00:00Z", TimeZoneInfo.Utc, 5).Select(t => t.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)), Is.EqualTo(new[] { "2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29" }));

    [Test]
    public void Days_and_weeks_follow_the_wall_clock_across_both_changes()
    {
        Assert.That(Next(Recurrence.Daily, "2027-03-27T08:00+01:00", Prague, 3), Is.EqualTo(Times("2027-03-27T07:00Z", "2027-03-28T06:00Z", "2027-03-29T06:00Z")));
        Assert.That(Next(Recurrence.Weekly, "2027-10-25T08:00+02:00", Prague, 2), Is.EqualTo(Times("2027-10-25T06:00Z", "2027-11-01T07:00Z")));
    }

    [Test]
    public void A_time_in_the_gap_moves_past_it_and_an_ambiguous_one_is_the_first()
    {
        Assert.That(Next(Recurrence.Daily, "2027-03-27T02:30+01:00", Prague, 3), Is.EqualTo(Times("2027-03-27T01:30Z", "2027-03-28T01:00Z", "2027-03-29T00:30Z")));
        Assert.That(Next(Recurrence.Daily, "2027-10-30T02:30+02:00", Prague, 3), Is.EqualTo(Times("2027-10-30T00:30Z", "2027-10-31T00:30Z", "2027-11-01T01:30Z")));
    }

    [Test]
    public void A_cron_time_in_the_gap_and_an_ambiguous_one_each_fire_once()
    {
        Assert.That(Next(Recurrence.Cron("30 2 * * *"), "2027-03-27T00:00Z", Prague, 3), Is.EqualTo(Times("2027-03-27T01:30Z", "2027-03-28T01:00Z", "2027-03-29T00:30Z")));
        Assert.That(Next(Recurrence.Cron("30 2 * * *"), "2027-10-30T00:00Z", Prague, 3), Is.EqualTo(Times("2027-10-30T00:30Z", "2027-10-31T00:30Z", "2027-11-01T01:30Z")));
    }

    [TestCase("*/20 * * * *", "2027-03-28T00:00Z", 20)]
    [TestCase("*/20 * * * *", "2027-10-31T00:00Z", 20)]
    [TestCase("0 * * * *", "2027-10-30T22:00Z", 60)]
    [TestCase("0 * * * *", "2027-03-27T22:00Z", 60)]
    public void Cron_expressions_for_every_hour_follow_real_time(string expression, string from, int minutes)
    {
        var due = Next(Recurrence.Cron(expression), from, Prague, 10);
        for (var i = 1; i < due.Length; i++)
            Assert.That(due[i] - due[i - 1], Is.EqualTo(TimeSpan.FromMinutes(minutes)), $"after {due[i - 1]:o}");
    }

    [Test]
    public void Cron_expressions_may_have_seconds() =>
        Assert.That(Next(Recurrence.Cron("*/15 * * * * *"), "2027-01-01T00:00:01Z", TimeZoneInfo.Utc, 3), Is.EqualTo(Times("2027-01-01T00:00:15Z", "2027-01-01T00:00:30Z", "2027-01-01T00:00:45Z")));

    [Test]
    public void Intervals_count_from_the_start_even_when_checked_late()
    {
        var calendar = new Calendar(TimeSpan.FromSeconds(30), Time("2027-01-01T00:00:10Z"), TimeZoneInfo.Utc);
        Assert.That(calendar.After(Time("2026-01-01T00:00Z")), Is.EqualTo(Time("2027-01-01T00:00:10Z")));
        Assert.That(calendar.After(Time("2027-01-01T00:00:10Z")), Is.EqualTo(Time("2027-01-01T00:00:40Z")));
        Assert.That(calendar.After(Time("2030-06-01T00:00:39.999Z")), Is.EqualTo(Time("2030-06-01T00:00:40Z")));
        Assert.That(calendar.LatestUpTo(Time("2030-06-01T00:00:39Z"), Time("2027-01-01T00:00:10Z")), Is.EqualTo(Time("2030-06-01T00:00:10Z")));
    }

    [Test]
    public void A_schedule_for_once_is_due_once()
    {
        var calendar = new Calendar(Recurrence.Once, Time("2027-01-01T00:00Z"), TimeZoneInfo.Utc);
        Assert.That(calendar.After(Time("2026-01-01T00:00Z")), Is.EqualTo(Time("2027-01-01T00:00Z")));
        Assert.That(calendar.After(Time("2027-01-01T00:00Z")), Is.Null);
    }

    [Test]
    public void Due_times_increase_over_ten_years_of_any_zone()
    {
        foreach (var zone in new[] { "Europe/Prague", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Asia/Kathmandu", "Pacific/Apia" })
        {
            var info = TimeZoneInfo.FindSystemTimeZoneById(zone);
            foreach (var when in new[] { Recurrence.Monthly, Recurrence.Days(3), Recurrence.Cron("15 1,2,3 * * *"), Recurrence.Cron("0 0 31 * *") })
            {
                var calendar = new Calendar(when, Time("2010-12-31T01:45Z"), info);
                var due = Time("2010-12-31T01:45Z");
                for (var i = 0; i < 400; i++)
                {
                    var next = calendar.After(due)!.Value;
                    Assert.That(next, Is.GreaterThan(due), $"{when} in {zone} after {due:o}");
                    Assert.That(next - due, Is.LessThan(TimeSpan.FromDays(63)), $"{when} in {zone} after {due:o}");
                    due = next;
                }
            }
        }
    }

    [Test]
    public void The_next_due_time_is_later_in_every_zone_of_the_machine()
    {
        foreach (var zone in TimeZoneInfo.GetSystemTimeZones())
        {
            foreach (var when in new[] { Recurrence.Cron("22 * * * *"), Recurrence.Cron("30 0,1,2,3 * * *"), Recurrence.Daily })
            {
                var calendar = new Calendar(when, Time("2001-01-01T02:22Z"), zone);
                foreach (var day in Enumerable.Range(0, 366).Select(day => Time("2027-01-01T00:00Z").AddDays(day)).Where(day => zone.GetUtcOffset(day) != zone.GetUtcOffset(day.AddDays(1))))
                {
                    for (var due = day.AddDays(-1); due < day.AddDays(2);)
                    {
                        var next = calendar.After(due)!.Value;
                        Assert.That(next, Is.GreaterThan(due).And.LessThanOrEqualTo(due.AddHours(26)), $"{when} in {zone.Id} after {due:u}");
                        due = next;
                    }
                }
            }
        }
    }

    [TestCase("Europe/Dublin", "2027-03-28T00:22Z", "2027-03-28T01:00Z 2027-03-28T01:22Z 2027-03-28T02:22Z", Description = "01:22 is skipped")]
    [TestCase("Europe/Dublin", "2027-10-30T23:22Z", "2027-10-31T00:22Z 2027-10-31T01:22Z 2027-10-31T02:22Z", Description = "01:22 comes twice")]
    [TestCase("Africa/Casablanca", "2025-04-06T01:22Z", "2025-04-06T02:00Z 2025-04-06T02:22Z", Description = "the end of Ramadan")]
    [TestCase("Australia/Lord_Howe", "2027-04-03T14:22Z", "2027-04-03T15:52Z 2027-04-03T16:52Z", Description = "half an hour comes twice, without this minute")]
    public void Zones_that_the_runtime_gets_wrong_are_corrected(string zone, string after, string due)
    {
        var expected = Times(due.Split(' '));
        Assert.That(Recurrence.Cron("22 * * * *").Next(Time(after), zone, expected.Length).Select(t => t.ToUniversalTime()), Is.EqualTo(expected));
    }

    [Test]
    public void The_latest_of_many_missed_occurrences_is_found_at_once()
    {
        foreach (var when in new[] { Recurrence.Cron("* * * * * *"), Recurrence.Cron("0 0 29 2 *"), Recurrence.Cron("30 2 * * *"), Recurrence.Daily, Recurrence.Monthly, Recurrence.Every(TimeSpan.FromSeconds(1)) })
        {
            var calendar = new Calendar(when, Time("2000-02-29T01:30Z"), Prague);
            var first = calendar.After(Time("2000-02-29T01:29Z"))!.Value;
            foreach (var now in Times("2027-03-28T01:00Z", "2027-10-31T01:30:00.5Z", "2027-06-01T12:00Z", "2000-02-29T01:30Z"))
            {
                var latest = calendar.LatestUpTo(now, first);
                Assert.That(latest, Is.LessThanOrEqualTo(now > first ? now : first), $"{when} up to {now:o}");
                Assert.That(calendar.After(latest), Is.GreaterThan(now), $"{when} up to {now:o}");
            }
        }
    }

    [TestCase("once", "once")]
    [TestCase("30s", "30s")]
    [TestCase("2m", "120s")]
    [TestCase("daily", "days 1")]
    [TestCase("biweekly", "days 14")]
    [TestCase("quarterly", "months 3")]
    [TestCase("*/5  *  * * *", "*/5 * * * *")]
    [TestCase("@Daily", "@Daily")]
    [TestCase("0 0 13 * 5 both", "0 0 13 * 5 both")]
    [TestCase("0 0 0 13 * 5 BOTH", "0 0 0 13 * 5 both")]
    [TestCase("0 0 * * 5 both", "0 0 * * 5", Description = "nothing to choose")]
    public void Recurrences_are_read_as_they_are_written(string text, string written)
    {
        var when = Recurrence.Parse(text);
        Assert.That(when.ToString(), Is.EqualTo(written));
        Assert.That(Recurrence.Parse(when.ToString()), Is.EqualTo(when));
    }

    [TestCase("0.5s")]
    [TestCase("sometimes")]
    [TestCase("60 * * * *")]
    [TestCase("0 0 30 2 *")]
    [TestCase("0 22 * * 1-12")]
    public void Invalid_recurrences_are_refused(string text) => Assert.That(() => Recurrence.Parse(text), Throws.InstanceOf<ArgumentException>());

    [Test]
    public void Impossible_schedules_are_refused()
    {
        Assert.That(() => new Schedule("x", 5, "f") { TimeZone = "Mars/Base" }.Validate(), Throws.ArgumentException.With.Message.Contains("Mars/Base"));
        Assert.That(() => new Schedule("x", 5, "f") { Repeats = 0 }.Validate(), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => new Schedule("x", 5, "f") { Options = new TaskOptions { Delay = TimeSpan.FromSeconds(1) } }.Validate(), Throws.ArgumentException.With.Message.Contains("Delay"));
        Assert.That(() => new Schedule("x", Recurrence.Once, "f") { Repeats = 2 }.Validate(), Throws.ArgumentException);
    }

    private static string[] Days(Recurrence when, string start, TimeZoneInfo zone, int count) =>
        [.. Next(when, start, zone, count).Select(t => t.ToString("MM-dd", CultureInfo.InvariantCulture))];

    private static DateTimeOffset[] Next(Recurrence when, string start, TimeZoneInfo zone, int count)
    {
        var calendar = new Calendar(when, Time(start), zone);
        var due = new List<DateTimeOffset>();
        var at = Time(start).AddTicks(-1);
        while (due.Count < count)
            due.Add(at = calendar.After(at)!.Value);
        return [.. due];
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static DateTimeOffset[] Times(params string[] texts) => Array.ConvertAll(texts, Time);
}
