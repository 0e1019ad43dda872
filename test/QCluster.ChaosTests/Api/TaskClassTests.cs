using System.Diagnostics;
using QCluster.TaskClasses;
using QCluster.TestSupport;

namespace QCluster.ChaosTests.Api;

/// <summary>Task classes, task sets, demands, publishers and consumers.</summary>
internal sealed class TaskClassTests : ApiFixture
{
    [Test]
    public async Task Documented_examples_of_task_classes_work()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var cluster = await ClusterProcess.StartAsync(redis.Endpoint, "--app", BuiltProgram.SampleClassesApp);
        var (code, output, error) = await BuiltProgram.RunAsync(BuiltProgram.SampleClasses, redis.Endpoint, "");
        Assert.That(code, Is.Zero, error);
        Assert.That(output.Split('\n'), Is.EqualTo(new[]
        {
            "value: 42",
            "status: \"DONE\"",
            "result: 42",
            "typed: 42",
            "by name: 42",
            "total: 3",
            "join: [\"refreshed http://cnn.com/rss\",\"refreshed http://bbc.com/rss\",\"refreshed http://xkcd.com/rss\"]",
            "ready: \"(True, True, False, 3)\"",
            "callback: \"3 of 3 feeds\"",
            "attempts: [\"503 http://bbc.com/rss\",\"ok\"]",
            "map: [18,18,19]",
            "chunks: [[18,18],[19]]",
            "periodic: \"(True, True, True)\"",
        }));
        Assert.That(cluster.Log, Does.Contain("Running MyTask with arg some_arg=foo"));
    }

    [Test]
    public async Task A_set_reports_its_progress_and_throws_its_failure()
    {
        var set = new TaskSet("demo.sleep", [new object?[] { 0.01 }, new object?[] { 2.5 }]) { Client = Client };
        var result = await set.Run();
        await Eventually.IsTrue(async () => await result.CompletedCount() == 1);
        Assert.That((await result.Waiting(), await result.Ready(), await result.Successful(), await result.Failed()), Is.EqualTo((true, false, false, false)));
        Assert.That(async () => await result.Join(TimeSpan.FromMilliseconds(50)), Throws.TypeOf<TimeoutException>().With.Message.Contains("1 have finished"));
        var values = new List<object?>();
        await foreach (var value in result.Iterate())
            values.Add(value);
        Assert.That(values, Is.EqualTo(new object[] { 0.01, 2.5 }));
        Assert.That(await result.Join(), Is.EqualTo(values), "again");

        var failing = await new TaskSet("demo.fail", [new object?[] { "one" }]) { Client = Client }.Run();
        Assert.That(async () => await failing.Join(Wait), Throws.TypeOf<TaskFailedException>().With.Message.Contains("one"));
        Assert.That((await failing.Ready(), await failing.Successful(), await failing.Failed()), Is.EqualTo((true, false, true)));
        Assert.That(async () => { await foreach (var _ in failing.Iterate()) { } }, Throws.TypeOf<TaskFailedException>());
    }

    [Test]
    public async Task A_failure_ends_the_wait_for_a_set_though_others_still_run()
    {
        var clock = Stopwatch.StartNew();
        var set = await new TaskSet("demo.retry", [new object?[] { 5, 60 }, new object?[] { "nonsense", 0 }]) { Client = Client }.Run();
        Assert.That(async () => await set.Join(), Throws.TypeOf<TaskFailedException>());
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)));
        foreach (var subtask in set.Subtasks)
            await subtask.Revoke();
    }

    [Test]
    public async Task A_map_occupies_no_slot_and_an_empty_set_calls_back_at_once()
    {
        var map = await TaskSet.MapAsync("math.add", [[2, 2], [4, 4], [8, 8]], Client);
        Assert.That(await map.Get(Wait), Is.EqualTo(new object[] { 4.0, 8.0, 16.0 }));
        var path = Path.Combine(Folder, Unique("empty"));
        var empty = await new TaskSet("math.add", []) { Client = Client, Callback = new TaskCall("demo.set_done", path) }.Run();
        Assert.That(await empty.Join(Wait), Is.Empty);
        await Eventually.IsTrue(() => SharedFile.Lines(path) is ["0 of 0"]);
    }

    [Test]
    public async Task A_chunk_supports_named_arguments_and_services()
    {
        var set = new TaskSet("demo.echo", [new Dictionary<string, object?> { ["x"] = 1 }, new object?[] { "two" }, new object?[] { null }]) { Client = Client };
        Assert.That(await set.Chunks(2).Join(Wait), Is.EqualTo(new object[] { new object?[] { 1L, "two" }, new object?[] { null } }));
    }

    [Test]
    public async Task A_mandatory_call_fails_without_a_cluster_that_can_run_it()
    {
        var mandatory = new ApplyOptions { Mandatory = true };
        await Eventually.IsTrue(async () => await Redis.CallAsync("EVAL", "return redis.call('KEYS', ARGV[1])[1] or 'none'", "0", $"q:{{{Name}:default}}:fn:*") != "none");
        Assert.That(await (await Client.DelayTask(new TaskCall("math.add", 1, 2), mandatory)).Get(Wait), Is.EqualTo(3.0));
        Assert.That(async () => await Client.DelayTask(new TaskCall("nobody.has_this"), mandatory), Throws.TypeOf<NotRegisteredException>().With.Message.Contains("nobody.has_this"));
        Assert.That(async () => await Client.DelayTask(new TaskCall("math.add", 1, 2), mandatory with { Queue = "deserted" }), Throws.TypeOf<QueueNotServedException>().With.Message.Contains("--queue deserted"));
        var (code, _, error) = await RunToolAsync("async", "math.add", "1", "2", "--queue", "deserted", "--mandatory");
        Assert.That(code, Is.EqualTo(69));
        Assert.That(error, Does.Contain("deserted"));
    }

    [Test]
    public async Task An_immediate_call_fails_once_all_slots_are_taken()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var cluster = await ClusterProcess.StartAsync(redis.Endpoint, "--workers", "1", "--concurrency", "2");
        await using var client = new QClusterClient(new QClusterOptions { Redis = redis.Endpoint });
        var immediate = new TaskOptions { Immediate = true };
        var tasks = new List<string> { await client.Async(new TaskCall("demo.sleep", 2), immediate), await client.Async(new TaskCall("demo.sleep", 2), immediate) };
        Assert.That(async () => await client.Async(new TaskCall("demo.sleep", 2), immediate), Throws.TypeOf<NoFreeSlotException>());
        foreach (var task in tasks)
            Assert.That((await client.Fetch(task, Wait))!.Success, Is.True);
        await client.Async(new TaskCall("demo.sleep", 0), immediate);
    }

    [Test]
    public async Task A_publisher_sends_and_a_consumer_acknowledges_or_returns()
    {
        await using var publisher = Client.CreatePublisher("by-hand");
        await using var consumer = Client.CreateConsumer("by-hand");
        var sent = await publisher.DelayTask(new TaskCall("anything", 1, "two") { Kwargs = new Dictionary<string, object?> { ["k"] = 3 } });
        await using var empty = Client.CreateConsumer("empty");
        Assert.That(await empty.Receive(), Is.Null);

        var message = (await consumer.Receive(Wait))!;
        Assert.That((message.Id, message.Call.Func, message.AttemptNumber), Is.EqualTo((sent.TaskId, "anything", 1)));
        Assert.That(message.Call.Args, Is.EqualTo(new object[] { 1L, "two" }));
        Assert.That(message.Call.Kwargs!["k"], Is.EqualTo(3L));
        await message.Requeue();
        message = (await consumer.Receive(Wait))!;
        Assert.That(await message.Ack(new[] { 4, 2 }), Is.True);
        Assert.That(await sent.Get(Wait), Is.EqualTo(new object[] { 4L, 2L }));

        var failing = await publisher.DelayTask(new TaskCall("anything"));
        await (await consumer.Receive(Wait))!.Fail(new InvalidOperationException("cannot"));
        Assert.That(async () => await failing.Get(Wait), Throws.TypeOf<TaskFailedException>().With.Message.Contains("cannot"));

        await publisher.DelayTasks(Enumerable.Range(0, 700).Select(i => new TaskCall("anything", i)));
        Assert.That(await consumer.DiscardAll(), Is.EqualTo(700));
    }

    [Test]
    public async Task Unacknowledged_tasks_of_a_consumer_go_back()
    {
        await Client.Async(new TaskCall("math.add", 40, 2), new TaskOptions { Queue = "left" });
        await using (var consumer = Client.CreateConsumer("left"))
            Assert.That(await consumer.Receive(Wait), Is.Not.Null);
        Assert.That(await Client.QueueSize("left"), Is.EqualTo(1));
        await using var other = Client.CreateConsumer("left");
        Assert.That((await other.Receive(Wait))!.AttemptNumber, Is.EqualTo(1));
    }

    [Test]
    public async Task Purging_a_queue_cancels_waiting_delayed_and_limited_tasks()
    {
        var options = new TaskOptions { Queue = "doomed" };
        var ids = new List<string>(await Client.AsyncBulk(Enumerable.Range(0, 300).Select(i => new TaskCall("demo.echo", i)), options));
        ids.Add(await Client.Async(new TaskCall("demo.echo", 1), options with { Delay = TimeSpan.FromHours(1) }));
        var (_, output, _) = await RunToolAsync("purge", "doomed");
        Assert.That(output.Trim(), Is.EqualTo("301"));
        foreach (var id in new[] { ids[0], ids[^1] })
            Assert.That((await Client.Fetch(id))!.State, Is.EqualTo(TaskState.Cancelled));
        Assert.That((await Client.Queues.Sizes("doomed")).Waiting, Is.Zero);
    }
}
