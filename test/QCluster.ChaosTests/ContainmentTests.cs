using QCluster.TestSupport;

namespace QCluster.ChaosTests;

internal sealed class ContainmentTests : ClusterFixture
{
    [Test]
    public async Task A_hung_task_is_stopped_and_its_neighbours_run_once()
    {
        var path = Path.Combine(Folder, "lines");
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint);
        var started = DateTimeOffset.UtcNow;
        var spin = await Client.Async(new TaskCall("demo.spin", 0), new TaskOptions { Timeout = TimeSpan.FromSeconds(1) });
        var others = await AppendAsync(path, 100, 20);
        var hung = await Client.Fetch(spin, TimeSpan.FromSeconds(20));
        var records = await FetchAllAsync(others, TimeSpan.FromSeconds(20));
        Assert.Multiple(() =>
        {
            Assert.That(hung!.Error?.Reason, Is.EqualTo(FailureReason.Timeout), cluster.Log);
            Assert.That(hung!.Error!.Stack, Does.Contain("DemoFunctions.Spin").And.Not.Contain("SentinelProcess"), "what it was doing is in its record");
            Assert.That(hung!.Stopped!.Value - started, Is.LessThan(TimeSpan.FromSeconds(8)));
            Assert.That(records.Select(r => r.State), Is.All.EqualTo(TaskState.Succeeded));
            Assert.That(Lines(path).Values, Is.All.EqualTo(1), "no task ran twice");
            Assert.That(Lines(path), Has.Count.EqualTo(100));
        });
    }

    [TestCase("demo.exit", "3", "exited with code 3")]
    [TestCase("demo.stack_overflow", null, "SIGABRT")]
    public async Task A_task_that_takes_its_process_down_fails_alone(string func, string? argument, string how)
    {
        var path = Path.Combine(Folder, "lines");
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint);
        var others = await AppendAsync(path, 40, 20);
        var poison = await Client.Async(new TaskCall(func) { Args = argument is null ? [] : [int.Parse(argument)] });
        others = [.. others, .. await Client.AsyncBulk(Enumerable.Range(40, 40).Select(i => new TaskCall("demo.append", path, $"{i}", 20)))];
        var dead = await Client.Fetch(poison, TimeSpan.FromSeconds(40));
        var records = await FetchAllAsync(others, TimeSpan.FromSeconds(40));
        Assert.Multiple(() =>
        {
            Assert.That(dead!.Error?.Reason, Is.EqualTo(FailureReason.WorkerLost), cluster.Log);
            Assert.That(dead!.Error?.Message, Does.Contain(how).And.Contain("MiB"));
            Assert.That(records.Select(r => r.State), Is.All.EqualTo(TaskState.Succeeded), cluster.Log);
            Assert.That(Lines(path), Has.Count.EqualTo(80));
        });
        await AssertNothingIsLeftAsync();
    }

    [Test]
    public async Task A_task_that_starves_its_thread_pool_delays_only_its_worker()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--workers", "2");
        var before = cluster.Children("Worker").Order().ToArray();
        await Client.Result(await Client.Async("demo.starve", 400, 15), TimeSpan.FromSeconds(10));
        var ids = await Client.AsyncBulk(Enumerable.Range(0, 50).Select(i => new TaskCall("demo.echo", i)));
        var records = await FetchAllAsync(ids, TimeSpan.FromSeconds(12));
        Assert.That(records.Select(r => r.State), Is.All.EqualTo(TaskState.Succeeded), cluster.Log);
        Assert.That(cluster.Children("Worker").Order(), Is.EqualTo(before), cluster.Log);
    }

    [Test]
    public async Task An_uncooperative_task_is_cancelled_by_killing_its_process()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--grace", "1s");
        var spin = await Client.Async("demo.spin", 0);
        await Eventually.IsTrue(async () => (await Client.Fetch(spin))!.State == TaskState.Running);
        Assert.That(await Client.Cancel(spin), Is.EqualTo(CancelResult.Requested));
        var record = await Client.Fetch(spin, TimeSpan.FromSeconds(10));
        Assert.That(record!.State, Is.EqualTo(TaskState.Cancelled), cluster.Log);
    }

    [Test]
    public async Task A_cancelled_task_whose_worker_dies_is_not_run_again()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--grace", "30s", "--workers", "1");
        var spin = await Client.Async("demo.spin", 0);
        await Eventually.IsTrue(async () => (await Client.Fetch(spin))!.State == TaskState.Running);
        Assert.That(await Client.Cancel(spin), Is.EqualTo(CancelResult.Requested));
        // The sentinel has it once it has acknowledged it with a heartbeat.
        await Eventually.IsTrue(async () => (await Redis.CallAsync("EVAL", "return #redis.call('KEYS', 'q:{default:default}:cn:*')", "0")).Trim().EndsWith('0'));
        cluster.KillOne("Worker");
        var record = await Client.Fetch(spin, TimeSpan.FromSeconds(10));
        Assert.That(record!.State, Is.EqualTo(TaskState.Cancelled), cluster.Log);
    }

    [Test]
    public async Task A_task_that_observes_its_token_is_cancelled_without_a_kill()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint);
        var workers = cluster.Children("Worker");
        var sleep = await Client.Async("demo.sleep", 60);
        await Eventually.IsTrue(async () => (await Client.Fetch(sleep))!.State == TaskState.Running);
        await Client.Cancel(sleep);
        var record = await Client.Fetch(sleep, TimeSpan.FromSeconds(4));
        Assert.Multiple(() =>
        {
            Assert.That(record!.State, Is.EqualTo(TaskState.Cancelled), cluster.Log);
            Assert.That(cluster.Children("Worker"), Is.EquivalentTo(workers));
        });
    }

    [Test]
    public async Task Garbage_in_a_queue_is_refused_and_counted_and_the_next_task_runs()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint);
        const string list = "q:{default:default}:l:5";
        await Redis.CallAsync("RPUSH", list, "garbage", new string('x', 400));
        await Redis.CallAsync("EVAL", $"return redis.call('RPUSH', '{list}', '\\1\\0\\0\\1' .. string.rep('i', 16) .. 'not an envelope')", "0");
        var id = await Client.Async("math.copysign", 2, -2);
        Assert.That(await Client.Result<double>(id, TimeSpan.FromSeconds(10)), Is.EqualTo(-2.0), cluster.Log);
        await Eventually.IsTrue(async () => (await Client.Queues.Sizes()).Refused == 2);
        await Eventually.IsTrue(async () => (await Client.Queues.Sizes()).Failed == 1, TimeSpan.FromSeconds(5), "the well-framed one ends in a failed record");
        Assert.That(cluster.Log, Does.Contain("was refused and set aside"));
    }

    [Test]
    public async Task Packets_signed_with_another_secret_are_refused()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--secret", "the cluster's own secret");
        await using var stranger = NewClient(Redis.Endpoint);
        var id = await stranger.Async("math.copysign", 2, -2);
        var options = new QClusterOptions { Redis = Redis.Endpoint };
        options.Secrets.Add("the cluster's own secret");
        await using var friend = new QClusterClient(options);
        var refused = await friend.Fetch(id, TimeSpan.FromSeconds(10));
        Assert.Multiple(() =>
        {
            Assert.That(refused!.Error?.Reason, Is.EqualTo(FailureReason.Refused), cluster.Log);
            Assert.That(refused!.Error?.Message, Does.Contain("not signed"));
        });
        Assert.That(await friend.Result<double>(await friend.Async("math.copysign", 2, -2), TimeSpan.FromSeconds(10)), Is.EqualTo(-2.0));
    }
}
