namespace QCluster.IntegrationTests.Schedules;

/// <summary>What adding a schedule, and adding it again, does to it in Redis.</summary>
internal sealed class ScheduleClientTests : ScheduleFixture
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [TestCase(-1)]
    [TestCase(1)]
    public async Task A_client_with_a_wrong_clock_schedules_by_the_clock_of_Redis(int hours)
    {
        await using var client = NewClient(new WrongClock(TimeSpan.FromHours(hours)));
        foreach (var when in new[] { Recurrence.Every(Minute), Recurrence.Cron("* * * * *"), Recurrence.Once })
            await client.Schedules.Add(new Schedule(when.ToString(), when, "f", 1));
        await client.Schedules.Pause("60s");
        await client.Schedules.Resume("60s");
        foreach (var schedule in await client.Schedules.List())
            Assert.That(schedule.Due, Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromSeconds(75)), schedule.Name);
    }

    [TestCase(-1)]
    [TestCase(1)]
    public async Task A_schedule_of_a_client_with_a_wrong_clock_runs_every_second(int hours)
    {
        await using var cluster = await StartClusterAsync();
        await using var client = NewClient(new WrongClock(TimeSpan.FromHours(hours)));
        await client.Schedules.Add(new Schedule("tick", TimeSpan.FromSeconds(1), "f", 1));
        await Task.Delay(TimeSpan.FromSeconds(5));
        Assert.That((await Client.Schedules.Get("tick"))!.Runs, Is.InRange(2, 6));
    }

    [Test]
    public async Task Adding_an_unchanged_schedule_again_changes_nothing()
    {
        Schedule[] all =
        [
            new("every", Minute, "f", 1), new("cron", Recurrence.Cron("0 3 * * *"), "f", 1), new("daily", Recurrence.Daily, "f", 1),
            new("start", Minute, "f", 1) { Start = DateTimeOffset.UtcNow.AddDays(1), Repeats = 3, Overlap = Overlap.Queue, CatchUp = CatchUp.All, ExpiresAfter = Minute },
        ];
        foreach (var schedule in all)
            await Client.Schedules.Add(schedule);
        var before = await Client.Schedules.List();
        await Task.Delay(20);
        foreach (var schedule in all)
        {
            await Client.Schedules.Add(schedule, replace: true);
            await Client.Schedules.Add(schedule, replace: false);
        }

        Assert.That((await Client.Schedules.List()).Select(s => (s.Name, s.Due, s.Schedule!.Start)), Is.EqualTo(before.Select(s => (s.Name, s.Due, s.Schedule!.Start))));
        Assert.That(() => Client.Schedules.Add(new Schedule("every", Minute, "f", 2), replace: false), Throws.InvalidOperationException.With.Message.Contains("every"));
    }

    [Test]
    public async Task A_changed_schedule_keeps_its_counters_and_unchanged_due_time()
    {
        await Client.Schedules.Add(new Schedule("s", Minute, "f", 1));
        await RedisAsync("HSET", Key("sx:s"), "runs", "5", "skipped", "2", "last", "1000", "id", "0123456789abcdef");
        var before = (await Client.Schedules.Get("s"))!;
        await Client.Schedules.Add(new Schedule("s", Minute, "f", 2) { Overlap = Overlap.Skip });
        var changed = (await Client.Schedules.Get("s"))!;
        Assert.That((changed.Runs, changed.Skipped, changed.LastSlot, changed.LastTask, changed.Due), Is.EqualTo((5L, 2L, before.LastSlot, before.LastTask, before.Due)));
        Assert.That(changed.Schedule!.Call.Args, Is.EqualTo(new object[] { 2L }));

        await Client.Schedules.Add(new Schedule("s", TimeSpan.FromHours(1), "f", 2));
        changed = (await Client.Schedules.Get("s"))!;
        Assert.That((changed.Runs, changed.LastTask), Is.EqualTo((5L, before.LastTask)));
        Assert.That(changed.Due, Is.GreaterThan(before.Due!.Value.AddMinutes(50)));
    }

    [Test]
    public async Task A_changed_cron_expression_does_not_fire_at_once()
    {
        var now = DateTimeOffset.UtcNow;
        await Client.Schedules.Add(new Schedule("s", Recurrence.Cron($"0 {(now.Hour + 22) % 24} * * *"), "f", 1));
        await Client.Schedules.Add(new Schedule("s", Recurrence.Cron($"0 {(now.Hour + 23) % 24} * * *"), "f", 1) { Start = now.AddDays(-3) });
        Assert.That((await Client.Schedules.Get("s"))!.Due, Is.InRange(now.AddHours(20), now.AddHours(24)));
    }

    [Test]
    public async Task An_ended_schedule_starts_again_only_with_more_repeats()
    {
        var task = new Schedule("s", Minute, "f", 1) { Repeats = 3 };
        await Client.Schedules.Add(task);
        await RedisAsync("HSET", Key("sx:s"), "runs", "3");
        await RedisAsync("ZREM", Key("sd"), "s");
        await Client.Schedules.Add(task);
        Assert.That((await Client.Schedules.Get("s"))!.Due, Is.Null);
        await Client.Schedules.Add(task with { Repeats = 4 });
        Assert.That((await Client.Schedules.Get("s"))!.Due, Is.Not.Null);
        await Client.Schedules.Add(task with { Repeats = 2 });
        Assert.That((await Client.Schedules.Get("s"))!.Due, Is.Null);
    }

    [Test]
    public async Task Schedules_of_otherwise_unused_queues_are_listed()
    {
        await Client.Schedules.Add(new Schedule("a", Minute, "f") { Options = new TaskOptions { Queue = "mail" } });
        await Client.Schedules.Add(new Schedule("b", Recurrence.Cron("0 0 13 * 5", dayMatch: CronDays.Both), "f") { Options = new TaskOptions { Queue = "video" } });
        Assert.That(await Client.Schedules.List(), Is.Empty);
        var all = await Client.Schedules.ListAll();
        Assert.That(all.Select(s => (s.Queue, s.Name, s.Schedule!.When.ToString())), Is.EqualTo(new[] { ("mail", "a", "60s"), ("video", "b", "0 0 13 * 5 both") }));
    }

    [Test]
    public async Task A_paused_schedule_with_an_unreadable_definition_stays_paused()
    {
        await using var other = NewClient(TimeProvider.System, "a secret of some length");
        await other.Schedules.Add(new Schedule("s", Minute, "f"));
        await Client.Schedules.Pause("s");
        await using var stranger = NewClient(TimeProvider.System, "another secret, unknown there");
        Assert.That(() => stranger.Schedules.Resume("s"), Throws.InvalidOperationException);
        Assert.That((await other.Schedules.Get("s"))!.IsPaused, Is.True);
        await other.Schedules.Resume("s");
        Assert.That((await other.Schedules.Get("s"))!.Due, Is.Not.Null);
    }

    [Test]
    public async Task Concurrent_adds_of_a_schedule_take_effect_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Client.Schedules.Add(new Schedule("s", Minute, "f", i % 4))));
        var due = (await Client.Schedules.Get("s"))!.Due;
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Client.Schedules.Add(new Schedule("s", Minute, "f", i % 4))));
        Assert.That((await Client.Schedules.Get("s"))!.Due, Is.EqualTo(due));
    }

    private string Key(string suffix) => $"q:{{{Name}:default}}:{suffix}";
}
