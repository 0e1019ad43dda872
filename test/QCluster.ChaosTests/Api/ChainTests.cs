using QCluster.TestSupport;

namespace QCluster.ChaosTests.Api;

internal sealed class ChainTests : ApiFixture
{
    private Chain New(params ChainStep[] steps) => new(steps) { Client = Client };

    [Test]
    public async Task Steps_run_and_return_results_in_order()
    {
        var chain = New();
        Assert.That((chain.Append("math.copysign", 1, -1), chain.Append("math.floor", 1), chain.Length()), Is.EqualTo((1, 2, 2)));
        Assert.That((await chain.Current(), await chain.Result()), Is.EqualTo(((int?)null, (IReadOnlyList<object?>?)null)), "it has not been run");
        var group = await chain.Run();
        Assert.That(await chain.Result(Wait), Is.EqualTo(new object[] { -1, 1 }));
        Assert.That(await chain.Current(), Is.EqualTo(2));
        Assert.That(await Client.ResultGroup(group), Is.EqualTo(new object[] { -1, 1 }));
        Assert.That(await Client.Result(group), Is.EqualTo(new object[] { -1, 1 }));
        var records = await chain.Fetch();
        Assert.That(records![1].Started, Is.GreaterThanOrEqualTo(records[0].Stopped!.Value));
    }

    [Test]
    public async Task A_failed_step_ends_the_chain_and_the_waits_for_it()
    {
        var group = await Client.AsyncChain([new("demo.echo", 1), new("demo.fail", "no"), new("demo.echo", 2)]);
        Assert.That(await Client.ResultGroup(group, wait: Wait, count: 3), Is.EqualTo(new[] { 1 }));
        Assert.That(await Client.FetchGroup(group), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_chain_continues_after_a_failure_if_asked_to()
    {
        var chain = New(new ChainStep("demo.fail", "no"), new ChainStep("demo.echo", Chain.Previous), new ChainStep("demo.echo", 2));
        chain.Options = chain.Options with { ContinueOnFailure = true };
        await chain.Run();
        Assert.That(await chain.Result(Wait), Is.EqualTo(new object?[] { null, 2 }));
        Assert.That(await chain.Fetch(), Has.Count.EqualTo(3));
    }

    [Test]
    public async Task A_step_takes_the_previous_value_by_position_or_name_across_queues()
    {
        var chain = New(
            new ChainStep("math.add", 1, 2),
            new ChainStep(new TaskCall("math.add", Chain.Previous) { Kwargs = new Dictionary<string, object?> { ["b"] = Chain.Previous } }, new TaskOptions { Queue = "mail" }),
            new ChainStep("math.add", Chain.Previous, 100));
        var group = await chain.Run();
        Assert.That(await chain.Result(Wait), Is.EqualTo(new[] { 3, 6, 106 }));
        Assert.That((await Client.FetchGroup(group))!.Select(r => r.Id.EndsWith("@mail", StringComparison.Ordinal)), Is.EqualTo(new[] { false, true, false }));
    }

    [Test]
    public async Task A_step_that_is_run_again_takes_the_same_value()
    {
        var folder = Path.Combine(Folder, Unique("later"));
        var path = Path.Combine(folder, "lines");
        var chain = New(new ChainStep("demo.echo", path), new ChainStep("demo.append", Chain.Previous, "line"));
        await chain.Run();
        var step = (await chain.Fetch(wait: Wait))![1];
        Assert.That(step.State, Is.EqualTo(TaskState.Failed), "the folder does not exist");
        Directory.CreateDirectory(folder);
        var again = await Client.Fetch(await Client.Retry(step.Id), Wait);
        Assert.That((again!.State, again.Error?.Message), Is.EqualTo((TaskState.Succeeded, (string?)null)));
        Assert.That(SharedFile.Lines(path), Is.EqualTo(new[] { "line" }));
    }

    [TestCase(false, ExpectedResult = "Succeeded 2")]
    [TestCase(true, ExpectedResult = "Failed \"Exception\"")]
    public async Task<string> The_hook_of_a_chain_runs_once_at_its_end(bool fail)
    {
        var path = Path.Combine(Folder, Unique("hook"));
        var options = new ChainOptions { Hook = "hooks.append", HookArgs = [path] };
        var group = await Client.AsyncChain([new("demo.echo", 1), fail ? new("demo.fail", "no") : new("demo.echo", 2)], options);
        var last = (await Client.FetchGroup(group, wait: Wait))![^1];
        await Eventually.IsTrue(() => SharedFile.Lines(path).Length > 0, Wait);
        var line = SharedFile.Lines(path).Single();
        Assert.That(line, Does.StartWith(last.Id));
        return line[(last.Id.Length + 1)..];
    }

    [Test]
    public async Task A_cancelled_chain_ends_with_its_running_step()
    {
        var chain = New(new ChainStep("demo.sleep", 30), new ChainStep("demo.echo", 1));
        await chain.Run();
        await Eventually.IsTrue(async () => (await Client.Queues.Sizes()).Running == 1);
        Assert.That(await chain.Cancel(), Is.EqualTo(CancelResult.Requested));
        var records = await chain.Fetch(wait: Wait);
        Assert.That(records!.Select(r => r.State), Is.EqualTo(new[] { TaskState.Cancelled }));
        Assert.That(await chain.Cancel(), Is.EqualTo(CancelResult.AlreadyFinished));
    }

    [Test]
    public async Task A_chain_of_ten_thousand_steps_runs_to_its_end()
    {
        const int length = 10_000;
        var chain = new Chain([new("math.add", 0, 1), .. Enumerable.Repeat(new ChainStep("math.add", Chain.Previous, 1), length - 1)], cached: TimeSpan.FromMinutes(5)) { Client = Client };
        await chain.Run();
        var results = await chain.Result(TimeSpan.FromMinutes(2));
        Assert.That(results, Is.EqualTo(Enumerable.Range(1, length)), Cluster.Log);
    }

    [Test]
    public async Task A_delayed_step_waits_for_its_time()
    {
        var chain = New(new ChainStep("demo.echo", 1), new ChainStep(new TaskCall("demo.echo", 2), new TaskOptions { Delay = TimeSpan.FromMilliseconds(300) }));
        await chain.Run();
        var records = await chain.Fetch(wait: Wait);
        Assert.That(records![1].Started - records[0].Stopped, Is.GreaterThan(TimeSpan.FromMilliseconds(290)));
    }

    [Test]
    public void An_empty_chain_is_refused() =>
        Assert.That(async () => await Client.AsyncChain([]), Throws.ArgumentException.With.Message.Contains("at least one step"));
}
