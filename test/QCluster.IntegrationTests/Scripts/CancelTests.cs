using QCluster.Queue;
using QCluster.IntegrationTests.Broker;
using QCluster.TestSupport;

namespace QCluster.IntegrationTests.Scripts;

public sealed class CancelTests : BrokerFixture
{
    [Test]
    public async Task A_waiting_task_ends_at_once_and_its_waiter_is_notified()
    {
        var task = await Queue.AddAsync();
        var waiting = Queue.WaitAsync(task, TimeSpan.FromSeconds(20));
        await Eventually.IsTrue(async () => await Queue.NumberAsync("HEXISTS", Queue.Key("wt"), task.Id.ToBytes()) == 1);
        Assert.That(await Queue.CancelAsync(task), Is.EqualTo(CancelResult.Cancelled));
        Assert.That((await waiting).Record.ToArray(), Is.EqualTo((byte[])[.. "cancelled"u8, .. task.Element]));
        Assert.That((await Queue.SizesAsync()).Cancelled, Is.EqualTo(1));
        Assert.That(await Queue.HasStateAsync(task), Is.False);
        Assert.That(await Queue.TakeAsync(await Queue.WorkerAsync(), 1), Is.Empty);
    }

    [Test]
    public async Task A_delayed_task_ends_at_once_and_leaves_no_keys()
    {
        var task = TestTask.New();
        await Queue.EnqueueInAsync(TimeSpan.FromHours(1), task);
        Assert.That(await Queue.CancelAsync(task), Is.EqualTo(CancelResult.Cancelled));
        Assert.That(await Queue.NumberAsync("EXISTS", Queue.Keys.Delayed, Queue.Key("de"), Queue.StateKey(task)), Is.Zero);
        Assert.That((await Queue.LookupAsync(task)).Place, Is.EqualTo(TaskPlace.Finished));
    }

    [Test]
    public async Task A_task_in_flight_is_cancelled_through_its_cluster()
    {
        var worker = await Queue.WorkerAsync();
        var task = await Queue.AddAsync();
        await Queue.TakeAsync(worker, 1);
        var heard = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var subscription = await Queue.Connection.SubscribeAsync(Queue.Keys.CancelChannelPrefix + TestQueue.ClusterId, message => heard.TrySetResult(message));
        Assert.That(await Queue.CancelAsync(task), Is.EqualTo(CancelResult.Requested));
        Assert.That(await heard.Task.WaitAsync(TimeSpan.FromSeconds(10)), Is.EqualTo(task.Id.ToBytes()));
        Assert.That(await Queue.AckAsync(worker, task), Is.EqualTo(new[] { AckStatus.Saved }));
    }

    [TestCase(nameof(ReclaimDecision.Back))]
    [TestCase(nameof(ReclaimDecision.Lost))]
    [TestCase(nameof(ReclaimDecision.Isolate))]
    [TestCase(null)]
    public async Task A_returned_task_with_a_requested_cancel_does_not_run_again(string? decision)
    {
        var worker = await Queue.WorkerAsync();
        var task = await Queue.AddAsync();
        await Queue.TakeAsync(worker, 1);
        Assert.That(await Queue.CancelAsync(task), Is.EqualTo(CancelResult.Requested));
        if (decision is not null)
            await Queue.FenceAndReclaimAsync(worker, Enum.Parse<ReclaimDecision>(decision), task);
        else
            await Queue.Cluster.ReleaseAsync(worker.Incarnation, [task.Attempt], CancellationToken.None);
        Assert.That((await Queue.LookupAsync(task)).Record.Span.StartsWith("cancelled"u8), Is.True);
        Assert.That(await Queue.WaitingAsync(), Is.Empty);
        Assert.That(await Queue.NumberAsync("EXISTS", Queue.Key("cq"), Queue.Key("l:F"), Queue.Key("f:" + worker.Incarnation)), Is.Zero);
        Assert.That((await Queue.SizesAsync()).Cancelled, Is.EqualTo(1));
    }

    [Test]
    public async Task A_cancel_request_leaves_no_keys_when_the_task_ends_first()
    {
        var worker = await Queue.WorkerAsync();
        var task = await Queue.AddAsync();
        await Queue.TakeAsync(worker, 1);
        await Queue.CancelAsync(task);
        await Queue.AckAsync(worker, task);
        Assert.That((await Queue.LookupAsync(task)).Record.Span.StartsWith("done"u8), Is.True);
        Assert.That(await Queue.NumberAsync("EXISTS", Queue.Key("cq")), Is.Zero);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_task_of_a_lost_worker_ends_at_once_without_a_request(bool fenced)
    {
        var worker = await Queue.WorkerAsync("gone");
        var task = await Queue.AddAsync();
        await Queue.TakeAsync(worker, 1);
        if (fenced) await Queue.Cluster.FenceAsync(worker.Incarnation, CancellationToken.None);
        else await Queue.Cluster.LeaveAsync("gone", CancellationToken.None);
        Assert.That(await Queue.CancelAsync(task), Is.EqualTo(CancelResult.Cancelled));
        Assert.That(await Queue.NumberAsync("EXISTS", Queue.Key("cn:gone")), Is.Zero);
        Assert.That(await Queue.FenceAndReclaimAsync(worker, ReclaimDecision.Lost, task), Is.Zero);
        Assert.That(await Queue.AckAsync(worker, task), Is.EqualTo(new[] { AckStatus.Fenced }));
        Assert.That((await Queue.LookupAsync(task)).Record.Span.StartsWith("cancelled"u8), Is.True);
    }

    [Test]
    public async Task A_finished_task_is_unchanged_and_an_unknown_one_is_reported()
    {
        var worker = await Queue.WorkerAsync();
        var task = await Queue.AddAsync();
        await Queue.TakeAsync(worker, 1);
        await Queue.AckAsync(worker, task);
        Assert.That(await Queue.CancelAsync(task), Is.EqualTo(CancelResult.AlreadyFinished));
        Assert.That((await Queue.LookupAsync(task)).Record.Span.StartsWith("done"u8), Is.True);
        Assert.That(await Queue.CancelAsync(TestTask.New()), Is.EqualTo(CancelResult.Unknown));
        Assert.That((await Queue.SizesAsync()).Cancelled, Is.Zero);
    }

    [Test]
    public async Task An_isolated_task_ends_at_once()
    {
        var tasks = await Queue.AddManyAsync(3);
        await Queue.IsolateAsync(tasks);
        Assert.That(await Queue.CancelAsync(tasks[1]), Is.EqualTo(CancelResult.Cancelled));
        var worker = await Queue.WorkerAsync();
        var left = new[] { await Queue.ClaimAsync(worker.WantsIsolated()), await Queue.ClaimAsync(worker.WantsIsolated()), await Queue.ClaimAsync(worker.WantsIsolated()) };
        Assert.That(left.SelectMany(reply => TestTask.Ids(TestTask.OfBlock(reply.Tasks[0]!))), Is.EqualTo(TestTask.Ids([tasks[0], tasks[2]])));
        Assert.That((await Queue.LookupAsync(tasks[1])).Place, Is.EqualTo(TaskPlace.Finished));
    }

    [Test]
    public async Task A_repeated_cancel_has_the_same_reply_and_another_one_is_too_late()
    {
        var task = await Queue.AddAsync();
        var mine = "outcome of the first"u8.ToArray();
        for (var i = 0; i < 2; i++) Assert.That(await Queue.CancelAsync(task, mine), Is.EqualTo(CancelResult.Cancelled));
        Assert.That(await Queue.CancelAsync(task, "outcome of another"u8.ToArray()), Is.EqualTo(CancelResult.AlreadyFinished));
        Assert.That((await Queue.SizesAsync()).Cancelled, Is.EqualTo(1));
    }

    [Test]
    public async Task A_returned_task_is_found_in_its_list()
    {
        var worker = await Queue.WorkerAsync();
        var tasks = await Queue.AddManyAsync(4);
        await Queue.TakeAsync(worker, 4);
        await Queue.ReleaseAsync(worker, tasks[2..]);
        Assert.That(await Queue.CancelAsync(tasks[3]), Is.EqualTo(CancelResult.Cancelled));
        Assert.That(await Queue.CancelAsync(tasks[1]), Is.EqualTo(CancelResult.Requested));
        Assert.That(TestTask.Ids(await Queue.TakeAsync(worker, 4)), Is.EqualTo(new[] { tasks[2].Value }));
    }
}
