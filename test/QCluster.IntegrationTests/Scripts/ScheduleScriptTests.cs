using System.Text;
using QCluster.Broker;
using QCluster.IntegrationTests.Broker;

namespace QCluster.IntegrationTests.Scripts;

/// <summary>Schedules in Redis: a slot is fired once, whoever tries.</summary>
public sealed class ScheduleScriptTests : BrokerFixture
{
    private const long Due = 1_700_000_000_000;

    private Task<ScriptReply> RunAsync(QueueScript script, string key, params string[] arguments) =>
        Queue.Client.RunAsync(new ScriptCall(script, TaskId.DefaultQueue, key, [], [.. arguments.Select(Encoding.UTF8.GetBytes)]), CancellationToken.None);

    private async Task<long> PutAsync(string name, string definition, long due = Due, string mode = "set") => (await RunAsync(QueueScript.SchedulePut, "sc", name, definition, $"{due}", mode)).Number;

    private async Task<long> FireAsync(string name, long due, string next, TestTask? task, string overlap = "", string problem = "", string? ifSkipped = null)
    {
        IReadOnlyList<byte[]> arguments =
        [
            ScriptCall.Text(name), ScriptCall.Number(due), ScriptCall.Text(next), task is null ? [] : [(byte)'5', .. task.Element], ScriptCall.Number(due), ScriptCall.Text(overlap), ScriptCall.Text(problem), ScriptCall.Text(ifSkipped ?? next),
        ];
        return (await Queue.Client.RunAsync(new ScriptCall(QueueScript.ScheduleFire, TaskId.DefaultQueue, "sd", [], arguments), CancellationToken.None)).Number;
    }

    private async Task<string[]> ListAsync(string name = "") => [.. (await RunAsync(QueueScript.ScheduleList, "sc", name)).Items.Select(i => i.Bytes.Length == 16 ? "id" : i.Text)];

    [Test]
    public async Task Of_several_who_try_one_fires_and_the_due_time_moves_on()
    {
        await PutAsync("s", "d");
        var task = TestTask.New();
        Assert.That(await FireAsync("s", Due, $"{Due + 1000}", task), Is.EqualTo(1));
        Assert.That(await FireAsync("s", Due, $"{Due + 1000}", task), Is.Zero, "the same call again");
        Assert.That(await FireAsync("s", Due, $"{Due + 1000}", TestTask.New()), Is.Zero, "somebody else");
        Assert.That((await Queue.SizesAsync()).Waiting, Is.EqualTo(1));
        Assert.That(await ListAsync(), Is.EqualTo(new[] { "s", "d", $"{Due + 1000}", "1", "0", $"{Due}", "id", "", "" }));
    }

    [Test]
    public async Task An_unfinished_task_makes_the_next_slot_be_skipped_where_that_is_wanted()
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
    public async Task A_last_slot_that_is_skipped_is_not_the_last()
    {
        await PutAsync("s", "d");
        await FireAsync("s", Due, $"{Due + 1}", TestTask.New(), "skip");
        Assert.That(await FireAsync("s", Due + 1, "gone", TestTask.New(), "skip", ifSkipped: $"{Due + 2}"), Is.EqualTo(2));
        Assert.That((await ListAsync())[2], Is.EqualTo($"{Due + 2}"));
        Assert.That(await FireAsync("s", Due + 2, "gone", TestTask.New(), ifSkipped: $"{Due + 3}"), Is.EqualTo(1));
        Assert.That(await ListAsync(), Is.Empty);
    }

    [Test]
    public async Task A_schedule_that_is_over_goes_or_stays_known()
    {
        await PutAsync("gone", "d");
        await PutAsync("over", "d");
        await FireAsync("gone", Due, "gone", TestTask.New());
        await FireAsync("over", Due, "over", TestTask.New());
        Assert.That((await ListAsync())[..4], Is.EqualTo(new[] { "over", "d", "", "1" }));
        Assert.That(await Queue.NumberAsync("EXISTS", Queue.Key("sx:gone"), Queue.Key("sd")), Is.Zero);
        Assert.That(await PutAsync("over", "d", Due + 9, "app"), Is.EqualTo(1));
        Assert.That((await ListAsync("over"))[2], Is.Empty, "an app that starts again does not start it over");
    }

    [Test]
    public async Task Adding_replacing_and_what_an_app_brings()
    {
        Assert.That(await PutAsync("s", "one", mode: "add"), Is.EqualTo(1));
        Assert.That(await PutAsync("s", "one", mode: "add"), Is.EqualTo(1), "a repeated call");
        Assert.That(await PutAsync("s", "two", mode: "add"), Is.Zero);
        await FireAsync("s", Due, $"{Due + 1000}", TestTask.New());
        await PutAsync("s", "one", Due + 5, "app");
        Assert.That((await ListAsync())[1..4], Is.EqualTo(new[] { "one", $"{Due + 1000}", "1" }), "the same: left alone");
        await PutAsync("s", "two", Due + 5, "app");
        Assert.That((await ListAsync())[1..4], Is.EqualTo(new[] { "two", $"{Due + 5}", "0" }), "another: replaced");
    }

    [Test]
    public async Task A_paused_schedule_is_not_due_and_stays_paused_when_it_is_replaced()
    {
        await PutAsync("s", "d");
        Assert.That((await RunAsync(QueueScript.ScheduleChange, "sc", "s", "pause", "")).Number, Is.EqualTo(1));
        Assert.That(await FireAsync("s", Due, $"{Due + 1}", TestTask.New()), Is.Zero);
        await PutAsync("s", "other");
        Assert.That((await RunAsync(QueueScript.ScheduleDue, "sd")).Items, Has.Count.EqualTo(2), "nothing is due");
        Assert.That((await RunAsync(QueueScript.ScheduleChange, "sc", "s", "resume", $"{Due + 7}")).Number, Is.EqualTo(1));
        Assert.That((await RunAsync(QueueScript.ScheduleDue, "sd")).Items.Skip(2).Select(i => i.Text), Is.EqualTo(new[] { "s", $"{Due + 7}", "other", "0" }));
        Assert.That((await RunAsync(QueueScript.ScheduleChange, "sc", "s", "remove", "")).Number, Is.EqualTo(1));
        Assert.That((await RunAsync(QueueScript.ScheduleChange, "sc", "s", "pause", "")).Number, Is.Zero);
        Assert.That(await Queue.NumberAsync("EXISTS", Queue.Key("sc"), Queue.Key("sd"), Queue.Key("sx:s")), Is.Zero);
    }

    [Test]
    public async Task One_that_cannot_be_read_says_so_and_is_put_off()
    {
        await PutAsync("s", "garbage");
        Assert.That(await FireAsync("s", Due, $"{Due + 60_000}", null, problem: "not signed"), Is.EqualTo(2));
        Assert.That((await ListAsync())[^1], Is.EqualTo("not signed"));
        await FireAsync("s", Due + 60_000, $"{Due + 61_000}", TestTask.New());
        Assert.That((await ListAsync())[^1], Is.Empty);
    }
}
