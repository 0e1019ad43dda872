using System.Globalization;
using QCluster.BackgroundTasks;
using QCluster.Demo;
using QCluster.TestSupport;

namespace QCluster.ChaosTests;

/// <summary>Priorities with reserves, processes of their own, tasks that wait for others, information and cancelling, with real clusters.</summary>
internal sealed class BackgroundTaskTests : ClusterFixture
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);

    [Test]
    public async Task Critical_tasks_start_at_once_even_when_all_slots_are_taken()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--workers", "2", "--concurrency", "4");
        var path = Path.Combine(Folder, "starts");
        await Client.AsyncBulk(Enumerable.Range(0, 1000).Select(_ => new TaskCall("demo.low", path, 1500)), new TaskOptions { Priority = TaskPriority.Low });
        await Eventually.IsTrue(() => SharedFile.Lines(path).Length == 8);
        var critical = Client.BackgroundTask(BackgroundFunctions.Critical);
        var enqueued = DateTimeOffset.UtcNow;
        var ids = new List<string>();
        for (var i = 0; i < 10; i++)
            ids.Add(await critical(path, 1));
        foreach (var id in ids)
            await Client.Result<string>(id, Wait);
        var starts = SharedFile.Lines(path).Where(l => l.Contains("critical", StringComparison.Ordinal)).Select(TimeOf).ToArray();
        Assert.That(starts, Has.Length.EqualTo(10));
        Assert.That(starts.Max() - enqueued.ToUnixTimeMilliseconds(), Is.LessThan(1000), "no place was free before 1.5 s");
        var further = SharedFile.Lines(path).Where(l => l.StartsWith("low", StringComparison.Ordinal)).Select(TimeOf).Skip(8);
        Assert.That(further, Is.All.GreaterThan(starts.Max()));
        await Eventually.IsTrue(() => SharedFile.Lines(path).Count(l => l == "called back") == 10);
        await Client.Queues.Purge();
    }

    [Test]
    public async Task Reserves_are_for_their_priority_and_above()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--workers", "1", "--concurrency", "2", "--reserve-normal", "1", "--reserve-high", "1", "--reserve-critical", "1");
        var running = 0;
        foreach (var (priority, more) in new[] { (TaskPriority.Low, 2), (TaskPriority.Normal, 1), (TaskPriority.High, 1), (TaskPriority.Critical, 1) })
        {
            await Client.AsyncBulk(Enumerable.Range(0, 3).Select(_ => new TaskCall("demo.sleep", 60)), new TaskOptions { Priority = priority });
            running += more;
            await Eventually.IsTrue(async () => (await Client.Queues.Sizes()).Running == running, what: $"{running} run after those of priority {priority} came");
            await Task.Delay(300);
            Assert.That((await Client.Queues.Sizes()).Running, Is.EqualTo(running));
        }

        var pool = (await Client.Monitoring.GetInfo()).Clusters.Single();
        Assert.That((pool.PoolSize, pool.ReserveNormal, pool.ReserveHigh, pool.ReserveCritical), Is.EqualTo((2, 1, 1, 1)));
        Assert.That((await Client.Monitoring.GetInfo()).QueuedByPriority, Is.EqualTo(new long[] { 0, 0, 1, 0, 0, 2, 0, 2, 0, 2 }));
    }

    [Test]
    public async Task Low_priority_tasks_get_their_minimum_share()
    {
        var path = Path.Combine(Folder, "order");
        await Client.AsyncBulk(Enumerable.Range(0, 40).Select(_ => new TaskCall("demo.append", path, "low", 10)), new TaskOptions { Priority = TaskPriority.Low });
        await Client.AsyncBulk(Enumerable.Range(0, 160).Select(_ => new TaskCall("demo.append", path, "normal", 10)));
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--workers", "1", "--concurrency", "1", "--low-share", "0.2");
        await Eventually.IsTrue(() => SharedFile.Lines(path).Length == 200, Wait);
        Assert.That(SharedFile.Lines(path).Take(100).Count(l => l == "low"), Is.InRange(18, 22));
    }

    [Test]
    public async Task An_isolated_task_that_overflows_the_stack_fails_alone()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint);
        var beside = await Client.AsyncBulk(Enumerable.Range(0, 200).Select(_ => new TaskCall("demo.sleep", 1)));
        var id = await Client.Async(new TaskCall("demo.stack_overflow"), new TaskOptions { Isolated = true, MaxLost = 1 });
        var record = (await Client.Fetch(id, Wait))!;
        Assert.That((record.State, record.Error!.Reason), Is.EqualTo((TaskState.Failed, FailureReason.WorkerLost)));
        Assert.That(record.Error.Message, Does.Contain("Stack overflow").And.Contain("SIGABRT"));
        foreach (var one in beside)
        {
            var neighbour = (await Client.Fetch(one, Wait))!;
            Assert.That((neighbour.State, neighbour.Attempt), Is.EqualTo((TaskState.Succeeded, 1)));
        }
    }

    [Test]
    public async Task A_process_for_isolated_tasks_runs_one_task_at_a_time()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--workers", "1", "--process-workers", "2", "--process-warm");
        var ids = await Client.AsyncBulk(Enumerable.Range(0, 6).Select(_ => new TaskCall("demo.process", 300)), new TaskOptions { Isolated = true });
        var started = Client.BackgroundTask(BackgroundFunctions.OwnProcess);
        ids = [.. ids, await started(1)];
        var processes = await Task.WhenAll(ids.Select(id => Client.Result<int>(id, Wait)));
        Assert.That(processes.Distinct().Count(), Is.LessThanOrEqualTo(2));
        var times = (await Task.WhenAll(ids.Select(id => Client.Fetch(id)))).Zip(processes, (r, p) => (Process: p, Started: r!.Started!.Value, Stopped: r.Stopped!.Value));
        foreach (var process in times.GroupBy(t => t.Process))
        {
            var order = process.OrderBy(t => t.Started).ToArray();
            for (var i = 1; i < order.Length; i++)
                Assert.That(order[i].Started, Is.GreaterThanOrEqualTo(order[i - 1].Stopped));
        }
    }

    [Test]
    public async Task An_isolated_task_that_exceeds_max_rss_fails_alone()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--max-rss", "300M", "--guard-cycle", "50ms");
        var beside = await Client.AsyncBulk(Enumerable.Range(0, 16).Select(_ => new TaskCall("demo.sleep", 2)));
        var id = await Client.Async(new TaskCall("demo.hoard", 600, 30), new TaskOptions { Isolated = true, MaxLost = 1 });
        var record = (await Client.Fetch(id, Wait))!;
        Assert.That((record.State, record.Error!.Reason), Is.EqualTo((TaskState.Failed, FailureReason.WorkerLost)));
        Assert.That(cluster.Log, Does.Contain("more than max_rss"));
        foreach (var one in beside)
            Assert.That((await Client.Fetch(one, Wait))!.State, Is.EqualTo(TaskState.Succeeded));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Tasks_that_wait_for_each_other_do_not_block_a_worker(bool isolated)
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--workers", "1", "--concurrency", "1", "--process-workers", "1");
        var depth = isolated ? 3 : 20;
        Assert.That(await Client.Apply<int>(new TaskCall("demo.nest", depth, isolated), new TaskOptions { Isolated = isolated }).WaitAsync(Wait), Is.EqualTo(depth));
    }

    [Test]
    public async Task Task_info_is_available_while_a_task_waits_and_runs()
    {
        var id = await Client.Async(new TaskCall("demo.progress", 500), new TaskOptions { TaskName = "watched", Priority = TaskPriority.High });
        var info = (await Client.GetTaskInfo("watched"))!;
        Assert.That((info.Id, info.Task, info.Priority, info.Type, info.Status, info.TimeStarted, info.Ahead), Is.EqualTo((id, "demo.progress", 7, BackgroundTaskType.Thread, TaskInfoStatus.Queued, (DateTimeOffset?)null, 0L)));
        Assert.That(info.TimeQueued, Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromSeconds(5)));
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--heartbeat-ttl", "2s");
        await Eventually.IsTrue(async () => (info = await Client.GetTaskInfo(id)) is { Progress: > 0 and < 1, ProgressMessage: "at work", Status: TaskInfoStatus.Started });
        Assert.That(info!.TimeStarted, Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromSeconds(5)));
        Assert.That((await Client.Monitoring.GetTasks()).Select(t => t.Id), Is.EqualTo(new[] { id }));
        Assert.That((await Client.Monitoring.GetInfo()).RunningTasks, Is.EqualTo(new[] { id }));
        await Client.Result(id, Wait);
        Assert.That(await Client.GetTaskInfo(id), Is.Null);
    }

    [Test]
    public async Task A_group_is_cancelled_wherever_its_members_are()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--workers", "1", "--concurrency", "2", "--grace", "1s");
        var other = await Client.Async("demo.sleep", 3);
        var members = new List<string>(await Client.AsyncBulk(Enumerable.Range(0, 1200).Select(_ => new TaskCall("demo.sleep", 60)), new TaskOptions { Group = "g" }));
        members.Add(await Client.Async(new TaskCall("demo.sleep", 60), new TaskOptions { Group = "g", Delay = TimeSpan.FromHours(1) }));
        members.Add(await Client.Async(new TaskCall("demo.spin", 60), new TaskOptions { Group = "g", Isolated = true }));
        await Eventually.IsTrue(async () => (await Client.Queues.Sizes()).Running == 3);
        Assert.That(await Client.CancelGroup("g"), Is.EqualTo(members.Count));
        var records = (await Client.FetchGroup("g", wait: Wait))!;
        Assert.That(records, Has.Count.EqualTo(members.Count));
        Assert.That(records.Select(r => r.State), Is.All.EqualTo(TaskState.Cancelled));
        Assert.That((await Client.Fetch(other, Wait))!.State, Is.EqualTo(TaskState.Succeeded));
        Assert.That((await Client.GetTaskInfo(members[0]))!.Status, Is.EqualTo(TaskInfoStatus.Canceled));
    }

    [Test]
    public async Task Killing_an_uncooperative_cancelled_task_spares_its_neighbours()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--workers", "2", "--concurrency", "4", "--grace", "1s");
        var spin = await Client.Async("demo.spin", 0);
        await Eventually.IsTrue(async () => (await Client.Fetch(spin))!.State == TaskState.Running);
        var neighbours = await Client.AsyncBulk(Enumerable.Range(0, 6).Select(_ => new TaskCall("demo.sleep", 0.5)));
        var asked = DateTimeOffset.UtcNow;
        Assert.That(await Client.Cancel(spin), Is.EqualTo(CancelResult.Requested));
        Assert.That((await Client.Fetch(spin, Wait))!.State, Is.EqualTo(TaskState.Cancelled));
        Assert.That(DateTimeOffset.UtcNow - asked, Is.LessThan(TimeSpan.FromSeconds(5)));
        foreach (var neighbour in neighbours)
            Assert.That((await Client.Fetch(neighbour, Wait))!.State, Is.EqualTo(TaskState.Succeeded));
    }

    private static long TimeOf(string line) => long.Parse(line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture);
}
