using QCluster.Client.Schedules;
using QCluster.TestSupport;

namespace QCluster.IntegrationTests.Schedules;

/// <summary>What clusters make of schedules that are late, unreadable, or in each other's way.</summary>
internal sealed class SchedulerTests : ScheduleFixture
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [TestCase(null, null, 1, Description = "the default: the latest")]
    [TestCase(CatchUp.All, null, 61)]
    [TestCase(CatchUp.None, null, 0)]
    [TestCase(CatchUp.All, CatchUp.None, 0, Description = "the schedule's own choice counts")]
    [TestCase(CatchUp.None, CatchUp.Latest, 1)]
    public async Task Occurrences_missed_in_an_hour_are_caught_up_as_configured(CatchUp? cluster, CatchUp? own, int runs)
    {
        var start = DateTimeOffset.UtcNow.AddMinutes(-60).AddSeconds(-20);
        await Client.Schedules.Add(new Schedule("s", TimeSpan.FromMinutes(1), "f", 1) { Start = start, CatchUp = own });
        await using var running = await StartClusterAsync(c => c.Options.CatchUp = cluster ?? c.Options.CatchUp);
        await Eventually.IsTrue(async () => (await Client.Schedules.Get("s"))!.Due > DateTimeOffset.UtcNow, Limit);
        Assert.That((await Client.Schedules.Get("s"))!.Runs, Is.EqualTo(runs));
        if (runs == 1)
            Assert.That((await Client.Schedules.Get("s"))!.LastSlot, Is.EqualTo(start.AddMinutes(60)).Within(TimeSpan.FromMilliseconds(1)));
    }

    [TestCase(CatchUp.Latest)]
    [TestCase(CatchUp.All)]
    public async Task Two_weeks_of_missed_occurrences_delay_no_other_schedule(CatchUp catchUp)
    {
        for (var i = 0; i < 3; i++)
            await Client.Schedules.Add(new Schedule($"late{i}", TimeSpan.FromSeconds(5), "sleep", 20) { Start = DateTimeOffset.UtcNow.AddDays(-14), CatchUp = catchUp });
        await using var cluster = await StartClusterAsync(c => c.Options.Concurrency = 4);
        await Client.Schedules.Add(new Schedule("tick", Second, "f", 1) { Repeats = 8, Options = new TaskOptions { Group = "ticks" } });
        await Eventually.IsTrue(async () => await Client.CountGroup("ticks") == 8, Limit);
        var late = (await Client.FetchGroup("ticks"))!.Select(task => task.Started!.Value - task.ScheduledFor!.Value).ToArray();
        Assert.That(late, Has.All.LessThan(TimeSpan.FromSeconds(2)));
        Assert.That((await Client.Queues.Sizes()).Waiting, Is.LessThan(100), "no flood of missed slots");
        if (catchUp == CatchUp.All)
            Assert.That((await Client.Schedules.Get("late0"))!.Runs, Is.GreaterThan(50), "they are made up for meanwhile");
    }

    [Test]
    public async Task An_unreadable_definition_is_left_to_a_cluster_that_can_read_it()
    {
        await using var blind = await StartClusterAsync(c => c.Options.Secrets.Add("the old secret of all of them"));
        await using var client = NewClient(TimeProvider.System, "the new secret of some of them");
        await client.Schedules.Add(new Schedule("z", TimeSpan.FromSeconds(1), "f", 1));
        await client.Schedules.Add(new Schedule("far", TimeSpan.FromHours(1), "f", 1));
        await Task.Delay(TimeSpan.FromSeconds(3));
        var before = (await client.Schedules.Get("z"))!;
        Assert.That((before.Runs, before.Problem, before.Due < DateTimeOffset.UtcNow), Is.EqualTo((0L, (string?)null, true)), "due as it was");

        // Its tasks wait where only it serves: the other could not read them either.
        await using var seeing = await StartClusterAsync(c =>
        {
            c.Options.Secrets.Add("the new secret of some of them");
            c.Options.Secrets.Add("the old secret of all of them");
        });
        await Eventually.IsTrue(async () => (await client.Schedules.Get("z"))!.Runs >= 5, Limit);
        var after = (await client.Schedules.Get("z"))!;
        Assert.That((after.LastSlot!.Value - before.Due!.Value).TotalMilliseconds % 1000, Is.Zero, "each slot at its second");
        Assert.That(after.Problem, Is.Null);
    }

    [Test]
    public async Task Many_unreadable_definitions_do_not_hide_others()
    {
        for (var i = 0; i < 150; i++)
        {
            await RedisAsync("HSET", $"q:{{{Name}:default}}:sc", $"bad{i}", "garbage");
            await RedisAsync("ZADD", $"q:{{{Name}:default}}:sd", $"{i + 1}", $"bad{i}");
        }

        await using var cluster = await StartClusterAsync();
        await Client.Schedules.Add(new Schedule("good", Second, "f", 1));
        await Eventually.IsTrue(async () => (await Client.Schedules.Get("good"))!.Runs >= 3, Limit);
        Assert.That((await Client.Schedules.Get("bad7"))!.Problem, Is.Not.Null);
        Assert.That(await RedisAsync("HGET", $"q:{{{Name}:default}}:sx:bad7", "error"), Is.Not.Empty, "due since long, and fired by nobody: it is noted");
    }

    [Test]
    public async Task An_unknown_time_zone_leaves_the_schedule_unchanged()
    {
        var definition = new ScheduleDefinition { Name = "mars", When = Second, TimeZone = "Mars/Base", Start = DateTimeOffset.UtcNow, Pattern = [1] };
        var due = DateTimeOffset.UtcNow.AddSeconds(-2).ToUnixTimeMilliseconds();
        await Client.Scripts.Schedules.PutAsync("default", "mars", definition.ToBytes("default", new QClusterOptions { Name = Name }.ToPacketFormat()), $"{due}", [], null, CancellationToken.None);
        await using var cluster = await StartClusterAsync();
        await Client.Schedules.Add(new Schedule("tick", Second, "f", 1));
        await Eventually.IsTrue(async () => (await Client.Schedules.Get("tick"))!.Runs >= 2, Limit);
        var mars = (await Client.Schedules.Get("mars"))!;
        Assert.That((mars.Due!.Value.ToUnixTimeMilliseconds(), mars.Runs), Is.EqualTo((due, 0L)));
    }

    [Test]
    public async Task A_redefined_schedule_starts_no_second_task_beside_a_running_one()
    {
        await using var cluster = await StartClusterAsync();
        Schedule Define(int milliseconds) => new("long", Second, "sleep", milliseconds) { Overlap = Overlap.Skip, Options = new TaskOptions { Group = "long" } };
        await Client.Schedules.Add(Define(5000));
        await Eventually.IsTrue(async () => (await Client.Schedules.Get("long"))!.Runs == 1, Limit);
        await Client.Schedules.Add(Define(5000));
        await Client.Schedules.Add(Define(5001));
        await Task.Delay(TimeSpan.FromSeconds(2.5));
        var schedule = (await Client.Schedules.Get("long"))!;
        Assert.That(schedule.Runs, Is.EqualTo(1));
        Assert.That(schedule.Skipped, Is.Positive);
    }

    [Test]
    public async Task A_task_that_starts_too_long_after_its_due_time_expires()
    {
        await using var cluster = await StartClusterAsync(c => c.Options.Concurrency = 1);
        await Client.Async("sleep", 4000);
        await Client.Schedules.Add(new Schedule("s", Second, "f", 1) { ExpiresAfter = TimeSpan.FromSeconds(1.2), Repeats = 6, Options = new TaskOptions { Group = "s" } });
        await Eventually.IsTrue(async () => await Client.CountGroup("s") == 6, Limit);
        var tasks = (await Client.FetchGroup("s"))!;
        Assert.That(tasks.Count(t => t.Success == true), Is.InRange(1, 5));
        Assert.That(tasks.Where(t => t.Success != true).Select(t => t.Error!.Reason).Distinct(), Is.EqualTo(new[] { FailureReason.Expired }));
    }
}
