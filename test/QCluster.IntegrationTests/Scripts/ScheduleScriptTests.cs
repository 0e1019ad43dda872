using System.Text;
using QCluster.Model;
using QCluster.Queue;
using QCluster.Queue.Schedules;
using QCluster.IntegrationTests.Broker;

namespace QCluster.IntegrationTests.Scripts;

/// <summary>Schedules in Redis: a slot is fired once, whoever tries.</summary>
public sealed class ScheduleScriptTests : BrokerFixture
{
    private const long Due = 1_700_000_000_000;

    private Task<ScriptReply> RunAsync(QueueScript script, params string[] arguments) =>
        Queue.Client.RunAsync(new ScriptCall(script, TaskId.DefaultQueue, [.. arguments.Select(Encoding.UTF8.GetBytes)]), CancellationToken.None);

    private async Task<long> PutAsync(string name, string definition, string due = "1700000000000", string seen = "") => (await RunAsync(ScheduleScripts.Put, name, definition, due, seen)).Number;

    private async Task<long> FireAsync(string name, long due, string next, TestTask? task, string overlap = "", string? ifSkipped = null, string needs = "", string backlog = "")
    {
        IReadOnlyList<byte[]> arguments =
        [
            ScriptCall.Text(name), ScriptCall.Number(due), ScriptCall.Text(next), task is null ? [] : [(byte)'5', .. task.Element], ScriptCall.Number(due), ScriptCall.Text(overlap), ScriptCall.Text(ifSkipped ?? next), ScriptCall.Text(needs), ScriptCall.Text(backlog),
        ];
        return (await Queue.Client.RunAsync(new ScriptCall(ScheduleScripts.Fire, TaskId.DefaultQueue, arguments), CancellationToken.None)).Number;
    }

    private async Task<string[]> ListAsync(params string[] names) => [.. (await RunAsync(ScheduleScripts.List, names)).Items.Skip(1).Select(i => i.Bytes.Length == 16 ? "id" : i.Text)];

    private async Task<ScriptReply[]> DueAsync(int skip = 0) => [.. (await RunAsync(ScheduleScripts.Due, $"{skip}")).Items.Skip(2)];

    [Test]
    public async Task One_of_several_calls_fires_and_advances_the_due_time()
    {
        await PutAsync("s", "d");
        var task = TestTask.New();
        Assert.That(await FireAsync("s", Due, $"{Due + 1000}", task), Is.EqualTo(1));
        Assert.That(await FireAsync("s", Due, $"{Due + 1000}", task), Is.Zero, "the same call again");
        Assert.That(await FireAsync("s", Due, $"{Due + 1000}", TestTask.New()), Is.Zero, "somebody else");
        Assert.That((await Queue.SizesAsync()).Waiting, Is.EqualTo(1));
        Assert.That(await ListAsync(), Is.EqualTo(new[] { "s", "d", $"{Due + 1000}", "1", "0", $"{Due}", "id", "", "", "" }));
    }

    [Test]
    public async Task An_unfinished_task_skips_the_next_occurrence_if_configured()
    {
        await PutAsync("s", "d");
        var first = TestTask.New();
        await FireAsync("s", Due, $"{Due + 1}", first, "skip");
        Assert.That(await FireAsync("s", Due + 1, $"{Due + 2}", TestTask.New(), "skip"), Is.EqualTo(2));
        Assert.That(await FireAsync("s", Due + 2, $"{Due + 3}", TestTask.New()), Is.EqualTo(1), "not wanted here");
        var worker = await Queue.WorkerAsync();
        await Queue.AckAsync(worker, [.. await Queue.TakeAsync(worker, 5)]);
        Assert.That(await FireAsync("s", Due + 3, $"{Due + 4}", TestTask.New(), "skip"), Is.EqualTo(1));
        Assert.That((await ListAsync())[3..5], Is.EqualTo(new[] { "3", "1" }));
    }

    [Test]
    public async Task A_skipped_occurrence_does_not_count_as_the_last_one()
    {
        await PutAsync("s", "d");
        await FireAsync("s", Due, $"{Due + 1}", TestTask.New(), "skip");
        Assert.That(await FireAsync("s", Due + 1, "gone", TestTask.New(), "skip", ifSkipped: $"{Due + 2}"), Is.EqualTo(2));
        Assert.That((await ListAsync())[2], Is.EqualTo($"{Due + 2}"));
        Assert.That(await FireAsync("s", Due + 2, "gone", TestTask.New(), ifSkipped: $"{Due + 3}"), Is.EqualTo(1));
        Assert.That(await ListAsync(), Is.Empty);
    }

    [Test]
    public async Task An_ended_schedule_is_removed_or_kept()
    {
        await PutAsync("gone", "d");
        await PutAsync("over", "d");
        await FireAsync("gone", Due, "gone", TestTask.New());
        await FireAsync("over", Due, "over", TestTask.New());
        Assert.That((await ListAsync())[..4], Is.EqualTo(new[] { "over", "d", "", "1" }));
        Assert.That(await Queue.NumberAsync("EXISTS", Queue.Key("sx:gone"), Queue.Key("sd")), Is.Zero);
        Assert.That(await PutAsync("over", "d", $"{Due + 9}", "d"), Is.EqualTo(1));
        Assert.That((await ListAsync("over"))[2], Is.Empty, "an app that starts again does not start it over");
    }

    [Test]
    public async Task A_schedule_is_replaced_only_as_seen_and_keeps_its_counters()
    {
        Assert.That(await PutAsync("s", "one"), Is.EqualTo(1));
        Assert.That(await PutAsync("s", "one"), Is.EqualTo(1), "a repeated call");
        Assert.That(await PutAsync("s", "two"), Is.Zero, "there was none when it was looked at");
        await FireAsync("s", Due, $"{Due + 1000}", TestTask.New());
        Assert.That(await PutAsync("s", "one", $"{Due + 5}", "one"), Is.EqualTo(1));
        Assert.That((await ListAsync())[1..4], Is.EqualTo(new[] { "one", $"{Due + 1000}", "1" }), "the same: left alone");
        Assert.That(await PutAsync("s", "two", "keep", "one"), Is.EqualTo(1));
        Assert.That((await ListAsync())[1..7], Is.EqualTo(new[] { "two", $"{Due + 1000}", "1", "0", $"{Due}", "id" }), "another, due as before");
        Assert.That(await PutAsync("s", "three", $"{Due + 5}", "two"), Is.EqualTo(1));
        Assert.That((await ListAsync())[1..7], Is.EqualTo(new[] { "three", $"{Due + 5}", "1", "0", $"{Due}", "id" }), "another, due at other times");
        Assert.That(await PutAsync("s", "four", "over", "three"), Is.EqualTo(1));
        Assert.That((await ListAsync())[1..4], Is.EqualTo(new[] { "four", "", "1" }), "it is over");
    }

    [Test]
    public async Task A_schedule_from_another_queue_keeps_its_counters()
    {
        await RunAsync(ScheduleScripts.Put, "s", "d", $"{Due}", "", "runs", "7", "skipped", "1", "last", "5");
        await RunAsync(ScheduleScripts.Put, "p", "d", $"{Due}", "", "runs", "7", "paused", "1");
        Assert.That((await ListAsync("s"))[2..6], Is.EqualTo(new[] { $"{Due}", "7", "1", "5" }));
        Assert.That(await ListAsync("p"), Is.EqualTo(new[] { "p", "d", "", "7", "0", "", "", "1", "", "" }));
    }

    [Test]
    public async Task A_schedule_is_dropped_only_as_it_was_seen()
    {
        await PutAsync("s", "d");
        Assert.That((await RunAsync(ScheduleScripts.Change, "s", "drop", $"{Due + 1}", "0")).Number, Is.Zero);
        Assert.That((await RunAsync(ScheduleScripts.Change, "s", "drop", $"{Due}", "1")).Number, Is.Zero);
        Assert.That((await RunAsync(ScheduleScripts.Change, "s", "drop", $"{Due}", "0")).Number, Is.EqualTo(1));
        Assert.That(await ListAsync(), Is.Empty);
    }

    [Test]
    public async Task A_schedule_is_suspended_until_a_live_cluster_has_its_class()
    {
        await PutAsync("s", "d");
        await Queue.Cluster.HeartbeatAsync("here", TimeSpan.FromMinutes(1), [], true, [], CancellationToken.None);
        await TellAsync("here", "other");
        Assert.That(await FireAsync("s", Due, $"{Due + 1}", TestTask.New(), needs: "mine"), Is.EqualTo(3));
        Assert.That((await ListAsync())[2..], Is.EqualTo(new[] { "", "0", "0", "", "", "", "", $"{Due}" }));
        Assert.That(await DueAsync(), Is.Empty);
        await PutAsync("s", "d", $"{Due + 9}");
        Assert.That((await ListAsync())[2], Is.EqualTo($"{Due}"), "it goes on from where it was");
        await TellAsync("here", "mine");
        Assert.That(await FireAsync("s", Due, $"{Due + 1}", TestTask.New(), needs: "mine"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_cluster_that_has_not_announced_yet_may_have_the_class()
    {
        await PutAsync("s", "d");
        await Queue.Cluster.HeartbeatAsync("here", TimeSpan.FromMinutes(1), [], true, [], CancellationToken.None);
        Assert.That(await FireAsync("s", Due, $"{Due + 1}", TestTask.New(), needs: "mine"), Is.EqualTo(4), "not yet");
        Assert.That((await ListAsync())[2], Is.EqualTo($"{Due}"), "it stays due");
        Assert.That((await RunAsync(ScheduleScripts.Served, "mine", "other")).Items.Select(i => i.Text), Is.EqualTo(new[] { "1", "1" }));
        await TellAsync("here", "mine");
        Assert.That(await FireAsync("s", Due, $"{Due + 1}", TestTask.New(), needs: "mine"), Is.EqualTo(1));
        Assert.That((await RunAsync(ScheduleScripts.Served, "mine", "other")).Items.Select(i => i.Text), Is.EqualTo(new[] { "1", "0" }));
    }

    [Test]
    public async Task Missed_occurrences_are_fired_a_few_at_a_time()
    {
        await PutAsync("s", "d");
        var tasks = TestTask.Many(8);
        var results = new List<long>();
        for (var i = 0; i < 5; i++)
            results.Add(await FireAsync("s", Due + i, $"{Due + i + 1}", tasks[i], backlog: "3"));
        Assert.That(results, Is.EqualTo(new[] { 1, 1, 1, 4, 0 }), "three, and no more before the first has ended");
        var worker = await Queue.WorkerAsync();
        var taken = await Queue.TakeAsync(worker, 3);
        await Queue.AckAsync(worker, taken[1], taken[2]);
        Assert.That(await FireAsync("s", Due + 3, $"{Due + 4}", tasks[3], backlog: "3"), Is.EqualTo(4), "the first runs");
        await Queue.AckAsync(worker, taken[0]);
        Assert.That(await FireAsync("s", Due + 3, $"{Due + 4}", tasks[3], backlog: "3"), Is.EqualTo(1));
        Assert.That(await FireAsync("s", Due + 4, $"{Due + 5}", tasks[4]), Is.EqualTo(1), "one that was not missed");
        Assert.That(await FireAsync("s", Due + 5, $"{Due + 6}", tasks[5], backlog: "3"), Is.EqualTo(1), "they are counted anew");
    }

    [Test]
    public async Task The_first_queue_is_the_home_of_a_class_until_it_is_moved()
    {
        async Task<string[]> HomeAsync(params string[] claim) => [.. (await RunAsync(ScheduleScripts.Homes, claim)).Items.Select(i => i.Text)];
        Assert.That(await HomeAsync("a", "", ""), Is.EqualTo(new[] { "" }));
        Assert.That(await HomeAsync("a", "mail", "", "b", "", ""), Is.EqualTo(new[] { "mail", "" }));
        Assert.That(await HomeAsync("a", "default", ""), Is.EqualTo(new[] { "mail" }), "too late");
        Assert.That(await HomeAsync("a", "default", "mail"), Is.EqualTo(new[] { "default" }));
        Assert.That(await HomeAsync("a", "other", "mail"), Is.EqualTo(new[] { "default" }), "somebody else has moved it");
    }

    private Task TellAsync(string cluster, string function) => Queue.Scripts.Functions.TellAsync(TaskId.DefaultQueue, cluster, [function], CancellationToken.None);

    [Test]
    public async Task A_paused_schedule_is_not_due_and_stays_paused_when_it_is_replaced()
    {
        await PutAsync("s", "d");
        Assert.That((await RunAsync(ScheduleScripts.Change, "s", "pause", "")).Number, Is.EqualTo(1));
        Assert.That(await FireAsync("s", Due, $"{Due + 1}", TestTask.New()), Is.Zero);
        await PutAsync("s", "other", seen: "d");
        Assert.That(await DueAsync(), Is.Empty, "nothing is due");
        Assert.That((await RunAsync(ScheduleScripts.Change, "s", "resume", $"{Due + 7}")).Number, Is.EqualTo(1));
        Assert.That((await DueAsync()).Select(i => i.Text), Is.EqualTo(new[] { "s", $"{Due + 7}", "other", "0" }));
        Assert.That((await RunAsync(ScheduleScripts.Change, "s", "remove", "")).Number, Is.EqualTo(1));
        Assert.That((await RunAsync(ScheduleScripts.Change, "s", "pause", "")).Number, Is.Zero);
        Assert.That(await Queue.NumberAsync("EXISTS", Queue.Key("sc"), Queue.Key("sd"), Queue.Key("sx:s")), Is.Zero);
    }

    [Test]
    public async Task A_problem_is_noted_until_the_schedule_fires()
    {
        await PutAsync("s", "garbage");
        Assert.That((await RunAsync(ScheduleScripts.Note, "s", $"{Due + 1}", "not signed")).Number, Is.Zero, "it has been fired meanwhile");
        Assert.That((await RunAsync(ScheduleScripts.Note, "s", $"{Due}", "not signed")).Number, Is.EqualTo(1));
        Assert.That((await ListAsync())[2..9], Is.EqualTo(new[] { $"{Due}", "0", "0", "", "", "", "not signed" }));
        await FireAsync("s", Due, $"{Due + 1000}", TestTask.New());
        Assert.That((await ListAsync())[8], Is.Empty);
    }

    [Test]
    public async Task Schedules_that_stay_due_do_not_hide_later_ones()
    {
        for (var i = 0; i < 130; i++)
            await PutAsync($"s{i:000}", "d", $"{Due + i}");
        Assert.That(await DueAsync(), Has.Length.EqualTo(400), "a hundred at a time");
        Assert.That((await DueAsync(100)).Chunk(4).Select(one => one[0].Text), Is.EqualTo(Enumerable.Range(100, 30).Select(i => $"s{i:000}")));
    }
}
