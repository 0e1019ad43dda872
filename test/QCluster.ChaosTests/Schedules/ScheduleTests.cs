using System.Globalization;
using QCluster.TestSupport;

namespace QCluster.ChaosTests.Schedules;

/// <summary>Schedules, fired by clusters that come and go.</summary>
internal sealed class ScheduleTests : ClusterFixture
{
    private static readonly TaskOptions Kept = new() { Cached = TimeSpan.FromHours(1) };

    [Test]
    public async Task Three_clusters_with_repeated_deaths_fire_each_second_once()
    {
        const int seconds = 60;
        var path = Path.Combine(Folder, "slots");
        var clusters = new List<ClusterProcess>();
        try
        {
            for (var i = 0; i < 3; i++)
                clusters.Add(await ClusterProcess.StartAsync(Redis.Endpoint, "--workers", "1", "--heartbeat-ttl", "2s"));
            var start = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 2);
            await Client.Schedules.Add(new Schedule("each-second", TimeSpan.FromSeconds(1), "demo.slot", path) { Start = start, Repeats = seconds, CatchUp = CatchUp.All, Options = Kept });
            for (var turn = 0; await Client.Schedules.Get("each-second") is not null; turn++)
            {
                Assert.That(DateTimeOffset.UtcNow, Is.LessThan(start.AddSeconds(seconds + 30)), "it is over in time");
                var one = turn % clusters.Count;
                Signals.TrySend(clusters[one].ProcessId, Signal.Kill);
                await clusters[one].DisposeAsync();
                clusters[one] = await ClusterProcess.StartAsync(Redis.Endpoint, "--workers", "1", "--heartbeat-ttl", "2s");
                await Task.Delay(TimeSpan.FromSeconds(2));
            }

            await Eventually.IsTrue(async () => (await Client.Queues.Sizes()).Succeeded == seconds, TimeSpan.FromSeconds(30));
            var sizes = await Client.Queues.Sizes();
            Assert.That((sizes.Waiting, sizes.Running, sizes.Succeeded, sizes.Failed), Is.EqualTo((0, 0, seconds, 0)), "one outcome a slot");
            var slots = SharedFile.Lines(path).Select(l => long.Parse(l, CultureInfo.InvariantCulture)).Distinct().Order().ToArray();
            Assert.That(slots, Is.EqualTo(Enumerable.Range(0, seconds).Select(i => start.ToUnixTimeSeconds() + i)), "none missing, none twice");
        }
        finally
        {
            foreach (var cluster in clusters)
                await cluster.DisposeAsync();
        }
    }

    [TestCase(CatchUp.All, 4)]
    [TestCase(CatchUp.Latest, 1)]
    [TestCase(CatchUp.None, 0)]
    public async Task Missed_occurrences_are_caught_up_as_the_schedule_says(CatchUp catchUp, int made)
    {
        var path = Path.Combine(Folder, "slots");
        await File.WriteAllTextAsync(path, "");
        var start = DateTimeOffset.FromUnixTimeMilliseconds((DateTimeOffset.UtcNow - TimeSpan.FromMinutes(35)).ToUnixTimeMilliseconds());
        await Client.Schedules.Add(new Schedule("s", TimeSpan.FromMinutes(10), "demo.slot", path) { Start = start, CatchUp = catchUp, Options = Kept });
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint);
        await Eventually.IsTrue(async () => (await Client.Schedules.Get("s"))!.Due > DateTimeOffset.UtcNow);
        await Eventually.IsTrue(async () => (await Client.Queues.Sizes()).Succeeded == made);
        Assert.That(SharedFile.Lines(path).Select(l => (long.Parse(l, CultureInfo.InvariantCulture) - start.ToUnixTimeSeconds()) / 600).Order(), Is.EqualTo(new long[] { 0, 1, 2, 3 }.TakeLast(made)));
        Assert.That((await Client.Schedules.Get("s"))!.Due, Is.EqualTo(start + TimeSpan.FromMinutes(40)), "the next one is where it always was");
    }

    [Test]
    public async Task An_overlapping_occurrence_is_allowed_skipped_or_queued()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint);
        foreach (var overlap in Enum.GetValues<Overlap>())
            await Client.Schedules.Add(new Schedule(overlap.ToString(), TimeSpan.FromSeconds(1), "demo.sleep", 2.5) { Overlap = overlap, Options = Kept with { Group = overlap.ToString() }, Repeats = 4 });
        foreach (var overlap in Enum.GetNames<Overlap>())
            await Eventually.IsTrue(async () => await Client.CountGroup(overlap) == 4, TimeSpan.FromSeconds(30), overlap);
        var allowed = (await Client.FetchGroup("Allow"))!;
        var skipped = (await Client.FetchGroup("Skip"))!;
        var queued = (await Client.FetchGroup("Queue"))!;
        Assert.Multiple(() =>
        {
            Assert.That(allowed, Has.Count.EqualTo(4));
            Assert.That(Overlaps(allowed), Is.Positive);
            Assert.That(Overlaps(skipped), Is.Zero);
            Assert.That(skipped, Has.Count.EqualTo(4), "slots that were left out do not count as repeats");
            Assert.That(queued, Has.Count.EqualTo(4));
            Assert.That(Overlaps(queued), Is.Zero);
        });
    }

    private static int Overlaps(IReadOnlyList<TaskRecord> records)
    {
        var ordered = records.OrderBy(r => r.Started).ToArray();
        return Enumerable.Range(1, Math.Max(0, ordered.Length - 1)).Count(i => ordered[i].Started < ordered[i - 1].Stopped);
    }

    [Test]
    public async Task An_unreadable_schedule_is_reported_and_does_not_affect_others()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint);
        await Client.Schedules.Add(new Schedule("good", TimeSpan.FromSeconds(1), "demo.echo", 1) { Options = Kept });
        await Redis.CallAsync("HSET", "q:{default:default}:sc", "bad", "garbage");
        await Redis.CallAsync("ZADD", "q:{default:default}:sd", "1", "bad");
        await Eventually.IsTrue(async () => (await Client.Schedules.Get("good"))!.Runs >= 3);
        var bad = (await Client.Schedules.Get("bad"))!;
        Assert.That((bad.Schedule, bad.Runs), Is.EqualTo(((Schedule?)null, 0L)));
        Assert.That(bad.Problem, Is.Not.Null);
        Assert.That(cluster.Log, Does.Contain("cannot read the schedule bad"));
        Assert.That(await Client.Schedules.Remove("bad"), Is.True);
    }

    [Test]
    public async Task The_tool_adds_lists_runs_pauses_resumes_and_removes()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint);
        Assert.That((await ToolAsync("add", "tick", "demo.echo", "\"x\"", "--every", "1s", "--hook", "hooks.print_result")).ExitCode, Is.Zero);
        Assert.That((await ToolAsync("add", "tick", "demo.echo", "--every", "1s")).ExitCode, Is.EqualTo(1), "there is one of that name");
        Assert.That((await ToolAsync("add", "tick", "demo.echo", "\"y\"", "--every", "1s", "--replace")).ExitCode, Is.Zero);
        Assert.That((await ToolAsync("add", "nightly", "demo.echo", "--cron", "0 3 * * *", "--timezone", "Europe/Prague", "--overlap", "skip", "--catch-up", "latest")).ExitCode, Is.Zero);
        Assert.That((await ToolAsync("add", "wrong", "demo.echo", "--cron", "61 * * * *")).Error, Does.Contain("61"));
        Assert.That((await ToolAsync("add", "wrong", "demo.echo")).Error, Does.Contain("--every, --cron and --at"));
        Assert.That((await ToolAsync("add", "tick", "demo.echo", "\"y\"", "--every", "1s")).ExitCode, Is.Zero, "the same is no other");
        Assert.That((await ToolAsync("add", "f13", "demo.echo", "--cron", "0 0 13 * 5", "--cron-days", "both", "--queue", "mail", "--expires-after", "50s")).ExitCode, Is.Zero);
        Assert.That((await ToolAsync("add", "each", "demo.echo", "--cron", "@daily")).ExitCode, Is.Zero, "an argument with @ is no file");
        await Eventually.IsTrue(async () => (await Client.Schedules.Get("tick"))!.Runs >= 2);

        var list = (await ToolAsync("list", "--json")).Output;
        Assert.That(list, Does.Contain("\"name\":\"nightly\",\"when\":\"0 3 * * *\",\"time_zone\":\"Europe/Prague\"").And.Contain("\"overlap\":\"skip\"").And.Contain("\"args\":[\"y\"]"));
        Assert.That(list, Does.Contain("{\"queue\":\"mail\",\"name\":\"f13\",\"when\":\"0 0 13 * 5 both\"").And.Contain("\"cron_days\":\"both\",\"expires_after\":50"), "of all queues");
        Assert.That((await ToolAsync("list")).Output, Does.Contain("nightly").And.Contain("demo.echo").And.Contain("0 0 13 * 5 both"));
        Assert.That((await ToolAsync("list", "--queue", "mail")).Output, Does.Contain("f13").And.Not.Contain("nightly"));
        Assert.That((await ToolAsync("pause", "f13")).Error, Does.Contain("mail"), "it says where there is one");
        Assert.That((await ToolAsync("pause", "tick")).ExitCode, Is.Zero);
        var paused = (await Client.Schedules.Get("tick"))!;
        Assert.That((paused.IsPaused, paused.Due), Is.EqualTo((true, (DateTimeOffset?)null)));
        var ran = (await ToolAsync("run", "tick")).Output.Trim();
        Assert.That(await Client.Result(ran, TimeSpan.FromSeconds(10)), Is.EqualTo("y"));
        Assert.That((await ToolAsync("resume", "tick")).ExitCode, Is.Zero);
        await Eventually.IsTrue(async () => (await Client.Schedules.Get("tick"))!.Runs > paused.Runs);
        Assert.That((await ToolAsync("remove", "tick")).ExitCode, Is.Zero);
        Assert.That((await ToolAsync("remove", "tick")).ExitCode, Is.EqualTo(3));
        Assert.That((await ToolAsync("run", "tick")).ExitCode, Is.EqualTo(3));
    }

    [Test]
    public async Task The_tool_prints_the_next_times_without_redis()
    {
        async Task<(int ExitCode, string Output, string Error)> NextAsync(params string[] arguments) => await BuiltProgram.RunToolAsync("127.0.0.1:1", ["schedule", "next", .. arguments, "--after", "2027-03-27T12:00:00Z"]);
        Assert.That((await NextAsync("0 3 * * *", "--zone", "Europe/Prague", "--count", "2")).Output, Is.EqualTo("2027-03-28 03:00:00 +02:00 Sun\n2027-03-29 03:00:00 +02:00 Mon"));
        Assert.That((await NextAsync("@daily", "--count", "1", "--json")).Output, Is.EqualTo("""{"due":"2027-03-28T00:00:00+00:00","utc":"2027-03-28T00:00:00Z","zone":"UTC"}"""));
        Assert.That((await NextAsync("--every", "90s", "--count", "2")).Output, Is.EqualTo("2027-03-27 12:01:30 +00:00 Sat\n2027-03-27 12:03:00 +00:00 Sat"));
        Assert.That((await NextAsync("0 0 13 * 5", "--cron-days", "both", "--count", "1")).Output, Does.StartWith("2027-08-13"));
        var refused = await NextAsync("*/0 * * * *");
        Assert.That((refused.ExitCode, refused.Error), Is.EqualTo((64, "qcluster: The cron expression '*/0 * * * *' cannot be used: the minute is '*/0', and a step of 0 leads nowhere. Write a step of 1 to 59, such as */1.")));
        Assert.That((await NextAsync()).ExitCode, Is.EqualTo(64));
        Assert.That((await NextAsync("0 3 * * *", "--every", "5s")).ExitCode, Is.EqualTo(64));
    }

    [Test]
    public async Task A_cluster_without_time_zones_leaves_a_schedule_to_one_that_has_them()
    {
        await using var blind = await ClusterProcess.LaunchAsync([BuiltProgram.Tool, "start", "--redis", Redis.Endpoint, "--app", BuiltProgram.Demo], new Dictionary<string, string>(StringComparer.Ordinal) { ["TZDIR"] = Folder });
        await using var seeing = await ClusterProcess.StartAsync(Redis.Endpoint);
        var path = Path.Combine(Folder, "slots");
        await Client.Schedules.Add(new Schedule("z", Recurrence.Cron("* * * * * *"), "demo.slot", path) { TimeZone = "Europe/Prague", Options = Kept });
        await Eventually.IsTrue(async () => (await Client.Schedules.Get("z"))!.Runs >= 6, TimeSpan.FromSeconds(30));
        Assert.That((await Client.Schedules.Get("z"))!.Problem, Is.Null);
        await Client.Schedules.Pause("z");
        await Eventually.IsTrue(async () => (await Client.Queues.Sizes()) is { Waiting: 0, Running: 0 });
        var slots = SharedFile.Lines(path).Select(l => long.Parse(l, CultureInfo.InvariantCulture)).Order().ToArray();
        Assert.That(slots, Is.EqualTo(Enumerable.Range(0, slots.Length).Select(i => slots[0] + i)), "each second, none missing");
        Assert.That(blind.Log, Does.Contain("leaves it to other clusters").And.Contain("Europe/Prague"));
    }

    private Task<(int ExitCode, string Output, string Error)> ToolAsync(params string[] arguments) => BuiltProgram.RunToolAsync(Redis.Endpoint, ["schedule", .. arguments]);
}
