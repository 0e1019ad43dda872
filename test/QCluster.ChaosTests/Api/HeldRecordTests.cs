using QCluster.TaskClasses;
using QCluster.TestSupport;

namespace QCluster.ChaosTests.Api;

/// <summary>What belongs to a whole is there until the whole has ended, however short its members are kept.</summary>
internal sealed class HeldRecordTests : ApiFixture
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    [Test]
    public async Task Iteration_is_complete_though_its_first_element_is_kept_for_less_time()
    {
        var id = await Client.AsyncIter("demo.sleep", new object?[] { 0.0, 2.5 }, new TaskOptions { Cached = Short });
        Assert.That(await Client.Result<double[]>(id, Wait), Is.EqualTo(new[] { 0.0, 2.5 }));
    }

    [Test]
    public async Task Set_is_complete_though_its_first_task_is_kept_for_less_time()
    {
        var set = await new TaskSet("demo.sleep", [new object?[] { 0.0 }, new object?[] { 2.5 }]) { Client = Client, Options = new ApplyOptions { More = new TaskOptions { Cached = Short } } }.Run();
        Assert.That(await set.Join<double>(Wait), Is.EqualTo(new[] { 0.0, 2.5 }));
    }

    [TestCase("default")]
    [TestCase("mail")]
    public async Task Chain_is_complete_though_its_first_step_is_kept_for_less_time(string queue)
    {
        var chain = new Chain([new ChainStep(new TaskCall("demo.echo", 2), new TaskOptions { Queue = queue }), new("demo.sleep", 2.5), new("demo.echo", 0)], cached: Short) { Client = Client };
        await chain.Run();
        Assert.That(await chain.Result(Wait), Is.EqualTo(new object[] { 2L, 2.5, 0L }));

        // Then the time-to-live of all of them begins; what is missing is named.
        Assert.That(async () => { while (true) { await chain.Result(); await Task.Delay(200); } }, Throws.TypeOf<UnknownTaskException>().With.Message.Contains("step 1 of 3"));
    }

    [Test]
    public async Task Group_whose_members_are_kept_for_different_times_names_the_missing_one()
    {
        var group = Unique("group");
        var first = await Client.Async(new TaskCall("demo.echo", 1), new TaskOptions { Group = group, Cached = Short });
        await Client.Async(new TaskCall("demo.sleep", 2.5), new TaskOptions { Group = group, Cached = TimeSpan.FromMinutes(5) });
        Assert.That(await Client.ResultGroup(group, wait: Wait), Is.EqualTo(new object[] { 1L, 2.5 }));
        Assert.That(async () => { while (true) { await Client.ResultGroup(group); await Task.Delay(200); } }, Throws.TypeOf<UnknownTaskException>().With.Message.Contains($"member 1 of 2 of the group '{group}', task {first}"));
    }

    [Test]
    public async Task Ignored_result_is_not_kept_but_a_failure_is()
    {
        var options = new TaskOptions { IgnoreResult = true };
        var success = new AsyncResult(await Client.Async(new TaskCall("demo.echo", 1), options), Client);
        Assert.That(async () => await success.Get(Wait), Throws.TypeOf<UnknownTaskException>().With.Message.Contains("IgnoreResult"));
        Assert.That((await success.Status(), await success.Result(), await success.Fetch()), Is.EqualTo((ResultStatus.UNKNOWN, (object?)null, (TaskRecord?)null)));
        var failure = new AsyncResult(await FailAsync(options), Client);
        Assert.That(async () => await failure.Get(Wait), Throws.TypeOf<TaskFailedException>());
        Assert.That(await failure.Status(), Is.EqualTo(ResultStatus.FAILURE));
    }

    [Test]
    public async Task Callback_receives_more_records_than_one_frame_can_carry()
    {
        var path = Path.Combine(Folder, Unique("large"));
        var text = new string('x', 250_000);
        var set = await new TaskSet("demo.echo", Enumerable.Repeat(new TaskArguments([text]), 240)) { Client = Client, Callback = new TaskCall("demo.set_done", path) }.Run();
        Assert.That(await set.Join(TimeSpan.FromMinutes(2)), Has.Count.EqualTo(240).And.All.EqualTo(text));
        await Eventually.IsTrue(() => SharedFile.Lines(path) is ["240 of 240"], TimeSpan.FromMinutes(2));
        await Client.DeleteGroup(set.TaskSetId, tasks: true);
    }
}
