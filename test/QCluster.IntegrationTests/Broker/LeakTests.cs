using QCluster.Queue;

namespace QCluster.IntegrationTests.Broker;

/// <summary>I5: whatever way a task ends, nothing stays but what has a time-to-live or a bound.</summary>
public sealed class LeakTests : BrokerFixture
{
    [Test]
    public async Task A_delayed_task_that_ran_or_was_cancelled_leaves_no_keys()
    {
        var worker = await Queue.WorkerAsync();
        var tasks = TestTask.Many(2);
        await Queue.EnqueueInAsync(TimeSpan.FromHours(1), tasks[0]);
        await Queue.CancelAsync(tasks[0]);
        await Queue.EnqueueAtAsync(DateTimeOffset.UtcNow.AddHours(-1), tasks[1]);
        await Queue.TakeAsync(worker, 9);
        await Queue.AckAsync(worker, tasks[1]);
        await CheckAsync([worker], "st", "h", "queues");
    }

    [Test]
    public async Task A_task_dead_lettered_for_lost_workers_is_only_in_the_dead_list()
    {
        var task = await Queue.AddAsync();
        await Queue.IsolateAsync(task);
        var worker = await Queue.WorkerAsync();
        var isolated = TestTask.OfBlock((await Queue.ClaimAsync(worker.WantsIsolated())).Tasks[0]!)[0];
        await Queue.FenceAndReclaimAsync(worker, ReclaimDecision.Dead, isolated);
        await CheckAsync([], "st", "h", "queues", "dl");
    }

    [Test]
    public async Task Abandoned_waits_leave_no_keys_once_the_task_ends()
    {
        var worker = await Queue.WorkerAsync();
        var tasks = await Queue.AddManyAsync(4);
        await Task.WhenAll(tasks.Select(task => Queue.WaitAsync(task, TimeSpan.FromMilliseconds(1))));
        await Queue.CancelAsync(tasks[0]);
        await Queue.TakeAsync(worker, 4);
        await Queue.AckAsync(worker, tasks[1], tasks[2]);
        await Queue.FenceAndReclaimAsync(worker, ReclaimDecision.Fail, tasks[3]);
        await CheckAsync([], "st", "h", "queues");
    }

    [Test]
    public async Task A_task_cancelled_while_running_leaves_no_keys()
    {
        var worker = await Queue.WorkerAsync();
        var task = await Queue.AddAsync();
        await Queue.TakeAsync(worker, 1);
        await Queue.CancelAsync(task);
        await Queue.AckAsync(worker, task);
        await Queue.Cluster.HeartbeatAsync(TestQueue.ClusterId, TimeSpan.FromMinutes(1), [], false, [task.Id.ToBytes()], CancellationToken.None);
        Assert.That(await Queue.NumberAsync("EXISTS", Queue.Key("cn:" + TestQueue.ClusterId)), Is.Zero);
        await CheckAsync([worker], "st", "h", "queues");
    }

    [Test]
    public async Task A_refused_element_leaves_only_its_copy()
    {
        var worker = await Queue.WorkerAsync();
        var large = TestTask.New(TestQueue.MaxElementSize + 1);
        await Queue.EnqueueAsync(large);
        await Queue.WaitAsync(large, TimeSpan.FromMilliseconds(1));
        await Queue.TakeAsync(worker, 1);
        Assert.That((await Queue.LookupAsync(large)).Place, Is.EqualTo(TaskPlace.Unknown));
        await CheckAsync([worker], "st", "h", "queues", "bad");
    }

    private async Task CheckAsync(TestWorker[] workers, params string[] allowed)
    {
        foreach (var worker in workers) await Queue.FenceAndReclaimAsync(worker, ReclaimDecision.Back);
        await Queue.Cluster.LeaveAsync(TestQueue.ClusterId, CancellationToken.None);
        await Queue.TakeTokenAsync();
        // Records and the history have a time-to-live.
        Assert.That((await LeftOver.KeysAsync(Queue)).Where(key => key != "hs" && !key.StartsWith("r:", StringComparison.Ordinal)), Is.EquivalentTo(allowed));
        Assert.That(await Queue.NumberAsync("TTL", Queue.Key("hs")), Is.Not.EqualTo(-1));
    }
}
