using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using QCluster.TaskClasses;
using QCluster.Testing;

namespace QCluster.Tests.Testing;

internal sealed class RecordingClientTests
{
    private RecordingClient _client = null!;

    [SetUp]
    public void Create() => _client = new RecordingClient(new QClusterOptions { Queue = "web" });

    [TearDown]
    public async Task Dispose() => await _client.DisposeAsync();

    private sealed record Address(string Street, int Number);

    [Test]
    public async Task A_call_is_recorded_with_all_its_options()
    {
        var options = new TaskOptions
        {
            Queue = "mail", Group = "reports", Hook = "mail.sent", HookArgs = ["x", 1], TaskName = "welcome", Priority = 8, Delay = TimeSpan.FromSeconds(90), Timeout = TimeSpan.FromSeconds(3),
            MaxAttempts = 4, RetryOn = [typeof(IOException)], UniqueKey = "k", UniqueWindow = TimeSpan.FromMinutes(1), Cached = TimeSpan.FromHours(2), Isolated = true,
        };
        var call = new TaskCall("mail.send", "a@example.org", new Address("Elm", 5)) { Kwargs = new Dictionary<string, object?> { ["copies"] = 2 } };
        var id = await _client.Async(call, options);

        var task = _client.Single("mail.send");
        Assert.That((task.Id, task.Queue, task.EnqueuedBy), Is.EqualTo((id, "mail", (string?)null)));
        Assert.That(task.Arg<string>(0), Is.EqualTo("a@example.org"));
        Assert.That(task.Arg<Address>(1), Is.EqualTo(new Address("Elm", 5)));
        Assert.That(task.Arg<byte>("copies"), Is.EqualTo(2));
        Assert.That(task.Options with { HookArgs = null, RetryOn = null }, Is.EqualTo(options with { HookArgs = null, RetryOn = null }));
        Assert.That(task.Options.HookArgs, Is.EqualTo(new object[] { "x", 1L }));
        Assert.That(task.Options.RetryOn!.Single().Name, Is.EqualTo("System.IO.IOException"));
        Assert.That(() => task.Arg<int>(2), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => task.Arg<int>("none"), Throws.TypeOf<KeyNotFoundException>().With.Message.Contains("copies"));
    }

    [Test]
    public async Task A_call_that_cannot_be_sent_is_refused_and_not_recorded()
    {
        Assert.That(() => _client.Async("f", new Action(() => { })), Throws.TypeOf<SerializationException>());
        Assert.That(() => _client.Async(new TaskCall("f"), new TaskOptions { Priority = 10 }), Throws.TypeOf<ArgumentOutOfRangeException>());
        await using var small = new RecordingClient(new QClusterOptions { MaxPacketBytes = 2000 });
        Assert.That(() => small.Async("f", new string('x', 4000)), Throws.TypeOf<SerializationException>());
        Assert.That(_client.Enqueued.Concat(small.Enqueued), Is.Empty);
    }

    [Test]
    public async Task Single_lists_the_recorded_calls_when_it_fails()
    {
        Assert.That(() => _client.Single("f"), Throws.InvalidOperationException.With.Message.EndsWith("Enqueued: nothing."));
        await _client.Async("f", 1);
        await _client.Async("f", "two");
        await _client.Async("g");
        Assert.That(() => _client.Single("f"), Throws.InvalidOperationException.With.Message.EndsWith("Enqueued: f(1); f(\"two\"); g()."));
        Assert.That(_client.OfFunction("f").Select(t => t.Args[0]), Is.EqualTo(new object[] { 1L, "two" }));
        _client.Clear();
        Assert.That(_client.Enqueued, Is.Empty);
    }

    [Test]
    public async Task A_chain_is_recorded_step_by_step()
    {
        var group = await _client.AsyncChain(
            [new ChainStep("load", 1), new ChainStep(new TaskCall("save", Chain.Previous, "x"), new TaskOptions { Queue = "disk", Delay = TimeSpan.FromSeconds(2) })],
            new ChainOptions { Hook = "done", ContinueOnFailure = true });
        var steps = _client.Enqueued;
        Assert.That(steps.Select(t => (t.Func, t.Queue, t.Chain!.Step, t.Chain.Length, t.Chain.Hook, t.Chain.ContinueOnFailure)), Is.EqualTo(new[] { ("load", "web", 0, 2, "done", true), ("save", "disk", 1, 2, "done", true) }));
        Assert.That(steps[1].Args, Is.EqualTo(new object?[] { null, "x" }));
        Assert.That(steps[1].Options.Delay, Is.EqualTo(TimeSpan.FromSeconds(2)));
        Assert.That(steps.Select(t => t.Chain!.Id).Distinct().Count(), Is.EqualTo(1));

        _client.SetResult("load", "loaded");
        _client.SetResult("save", true);
        Assert.That(await _client.ResultGroup(group, wait: TimeSpan.FromSeconds(5)), Is.EqualTo(new object[] { "loaded", true }));
    }

    [Test]
    public async Task A_chain_object_gets_the_prescribed_results_until_the_step_that_fails()
    {
        var chain = new Chain([new("one"), new("two"), new("three")]) { Client = _client };
        await chain.Run();
        Assert.That(await chain.Current(), Is.Zero);
        _client.SetResult("one", 1);
        Assert.That((await chain.Current(), await chain.Result()), Is.EqualTo((1, (object?)null)));
        _client.SetFailure("two", new IOException("disk"));
        var records = await chain.Fetch(wait: TimeSpan.FromSeconds(5));
        Assert.That(records!.Select(r => (r.Func, r.State)), Is.EqualTo(new[] { ("one", TaskState.Succeeded), ("two", TaskState.Failed) }));
        Assert.That(await chain.Cancel(), Is.EqualTo(CancelResult.AlreadyFinished));
    }

    [Test]
    public async Task An_iteration_and_a_set_are_recorded_and_answered()
    {
        _client.Answer("square", task => task.Arg<int>(0) * task.Arg<int>(0));
        var iter = await _client.AsyncIter("square", [1, 2, 3]);
        Assert.That(_client.OfFunction("square").Select(t => t.Set), Is.EqualTo(Enumerable.Repeat(iter, 3)));
        Assert.That(await _client.Result<int[]>(iter), Is.EqualTo(new[] { 1, 4, 9 }));

        var set = await _client.RunSet(new TaskSet("square", [new object?[] { 4 }, new object?[] { 5 }]) { Callback = new TaskCall("sum") });
        Assert.That(await set.Join<int>(TimeSpan.FromSeconds(5)), Is.EqualTo(new[] { 16, 25 }));
        Assert.That(_client.Enqueued[^1].Set, Is.EqualTo(set.TaskSetId));
        Assert.That(_client.Enqueued[^1].SetCallback, Is.EqualTo("sum"));
    }

    [Test]
    public async Task Results_are_those_that_the_test_prescribes()
    {
        var one = await _client.Async(new TaskCall("count"), new TaskOptions { TaskName = "nightly" });
        var other = await _client.Async("count");
        Assert.That(await _client.Result(one), Is.Null);
        Assert.That((await _client.Fetch(one))!.State, Is.EqualTo(TaskState.Queued));
        Assert.That(() => _client.Result<int>(one), Throws.TypeOf<NotSupportedException>().With.Message.Contains("count").And.Message.Contains("TestCluster"));

        _client.SetResult("count", 5);
        _client.SetResult(other, 6);
        Assert.That(await _client.Result<int>(one), Is.EqualTo(5));
        Assert.That(await _client.Result<int>(other), Is.EqualTo(6));
        Assert.That(await _client.GetResult("nightly"), Is.EqualTo(5));

        _client.SetFailure("count", new TaskError(FailureReason.WorkerLost, null, "gone", null));
        var lost = await _client.Async("count");
        Assert.That(() => _client.Result<int>(lost), Throws.TypeOf<TaskFailedException>().With.Property("Error").Property("Reason").EqualTo(FailureReason.WorkerLost));
        Assert.That(() => _client.Result<int>("00000000000000000000000000000000"), Throws.TypeOf<UnknownTaskException>());
    }

    [Test]
    public async Task A_result_can_be_prescribed_for_a_foreign_id()
    {
        _client.SetResult("0190f3a4c0de7000800000000000abcd", "theirs");
        Assert.That(await _client.Result<string>("0190f3a4c0de7000800000000000abcd"), Is.EqualTo("theirs"));
    }

    [Test]
    public async Task A_cancelled_task_is_recorded_as_cancelled()
    {
        var id = await _client.Async("slow");
        Assert.That(await _client.QueueSize(), Is.EqualTo(1));
        Assert.That(await _client.Cancel(id), Is.EqualTo(CancelResult.Cancelled));
        Assert.That(await _client.Cancel(id), Is.EqualTo(CancelResult.AlreadyFinished));
        Assert.That(_client.Single("slow").IsCancelled, Is.True);
        Assert.That((await _client.Fetch(id))!.State, Is.EqualTo(TaskState.Cancelled));
        Assert.That(await _client.QueueSize(), Is.Zero);
        await _client.AsyncBulk([new("a"), new("b")], new TaskOptions { Group = "g" });
        Assert.That(await _client.CancelGroup("g"), Is.EqualTo(2));
    }

    [Test]
    public async Task A_unique_key_is_held_until_the_task_has_ended()
    {
        var options = new TaskOptions { UniqueKey = "report" };
        var first = await _client.Async(new TaskCall("report"), options);
        Assert.That(await _client.Async(new TaskCall("report"), options), Is.EqualTo(first));
        Assert.That(_client.Enqueued, Has.Count.EqualTo(1));
        _client.SetResult(first, null);
        Assert.That(await _client.Async(new TaskCall("report"), options), Is.Not.EqualTo(first));
    }

    [Test]
    public async Task A_unique_window_follows_the_clock()
    {
        var clock = new FakeTimeProvider();
        await using var client = new RecordingClient(clock: clock);
        var options = new TaskOptions { UniqueKey = "report", UniqueWindow = TimeSpan.FromMinutes(5) };
        var first = await client.Async(new TaskCall("report"), options);
        clock.Advance(TimeSpan.FromMinutes(4));
        Assert.That(await client.Async(new TaskCall("report"), options), Is.EqualTo(first));
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.That(await client.Async(new TaskCall("report"), options), Is.Not.EqualTo(first));
    }

    [Test]
    public async Task Schedules_are_listed_and_do_not_fire()
    {
        await _client.Schedules.Add(new Schedule("nightly", Recurrence.Cron("0 3 * * *"), "report.make", 2026) { TimeZone = "Europe/Prague" });
        var schedule = (await _client.Schedules.List()).Single();
        Assert.That((schedule.Name, schedule.Schedule!.Call.Func, schedule.Schedule.TimeZone), Is.EqualTo(("nightly", "report.make", "Europe/Prague")));
        Assert.That(await _client.Schedules.Pause("nightly"), Is.True);
        Assert.That((await _client.Schedules.Get("nightly"))!.IsPaused, Is.True);
        Assert.That(await _client.Schedules.Remove("nightly"), Is.True);
        Assert.That(await _client.Schedules.List(), Is.Empty);
        Assert.That(_client.Enqueued, Is.Empty);
    }

    [Test]
    public void A_query_that_needs_a_cluster_is_refused_with_advice()
    {
        Assert.That(() => _client.Successes.Count(), Throws.TypeOf<NotSupportedException>().With.Message.Contains("TestCluster"));
        Assert.That(() => _client.Dead.Count(), Throws.TypeOf<NotSupportedException>());
        Assert.That(async () => await _client.CreateConsumer().Receive(), Throws.TypeOf<NotSupportedException>());
    }

    [Test]
    public async Task The_recording_client_is_injected_in_either_order()
    {
        foreach (var before in new[] { true, false })
        {
            var services = new ServiceCollection();
            if (before)
                services.AddQCluster(options => options.Queue = "shop");
            services.AddRecordingQCluster();
            if (!before)
                services.AddQCluster(options => options.Queue = "shop");
            await using var provider = services.BuildServiceProvider();
            await provider.GetRequiredService<IQClusterClient>().Async("f");
            Assert.That(provider.GetRequiredService<RecordingClient>().Single("f").Queue, Is.EqualTo("shop"));
        }
    }

    [Test]
    public async Task The_recording_client_serves_static_calls_in_its_scope_only()
    {
        var other = new RecordingClient();
        using (_client.UseAsDefault())
        {
            await Tasks.Async("outer");
            await Task.Run(async () =>
            {
                using (other.UseAsDefault())
                    await Nightly.Delay("sweep");
                await Tasks.Async("after");
            });
        }

        Assert.That(_client.Enqueued.Select(t => t.Func), Is.EqualTo(["outer", "after"]));
        Assert.That(other.OfFunction<Nightly>().Single().Args, Is.EqualTo(new object[] { "sweep" }));
        await other.DisposeAsync();
    }

    [Test]
    public async Task A_task_with_sync_runs_here_and_has_its_record()
    {
        await using var client = new RecordingClient(functions: new FunctionRegistry().Add("math.copysign", Math.CopySign));
        var id = await client.Async(new TaskCall("math.copysign", 2, -1), new TaskOptions { Sync = true });
        Assert.That(await client.Result<double>(id), Is.EqualTo(-2));
        Assert.That(client.Enqueued, Is.Empty);
    }

    [Test]
    public async Task Calls_of_a_publisher_are_recorded_too()
    {
        await using (var publisher = _client.CreatePublisher("mail"))
            await publisher.DelayTask(new TaskCall("mail.send"));
        Assert.That(_client.Single("mail.send").Queue, Is.EqualTo("mail"));
    }
}
