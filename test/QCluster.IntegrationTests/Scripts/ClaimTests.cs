using QCluster.IntegrationTests.Broker;
using QCluster.Queue;
using QCluster.Queue.Clusters;

namespace QCluster.IntegrationTests.Scripts;

public sealed class ClaimTests : BrokerFixture
{
    [Test]
    public async Task Higher_priorities_come_first_and_each_is_first_in_first_out()
    {
        var worker = await Queue.WorkerAsync();
        var expected = new List<(int Priority, Guid Id)>();
        foreach (var priority in new[] { 5, 0, 9, 5, 3, 6, 9, 7, 1, 8, 2, 4, 5 })
            expected.Add((priority, (await Queue.AddAsync(priority)).Value));
        var order = expected.OrderByDescending(e => e.Priority).Select(e => e.Id).ToArray();
        Assert.That(TestTask.Ids(await Queue.TakeAsync(worker, 4)), Is.EqualTo(order[..4]));
        Assert.That(TestTask.Ids(await Queue.TakeAsync(worker, 100)), Is.EqualTo(order[4..]));
        Assert.That(await Queue.TakeAsync(worker, 1), Is.Empty);
    }

    [Test]
    public async Task Few_tasks_are_spread_evenly_within_the_requested_numbers()
    {
        TestWorker[] workers = [await Queue.WorkerAsync(), await Queue.WorkerAsync(), await Queue.WorkerAsync()];
        await Queue.AddManyAsync(10);
        var even = await Queue.ClaimAsync([.. workers.Select(w => w.Wants(100))]);
        Assert.That(even.Tasks.Select(t => TestTask.OfBlock(t!).Count), Is.EqualTo(new[] { 4, 3, 3 }));
        await Queue.AddManyAsync(10);
        var bounded = await Queue.ClaimAsync(workers[0].Wants(1), workers[1].Wants(0), workers[2].Wants(4));
        Assert.That(bounded.Tasks.Select(t => TestTask.OfBlock(t!).Count), Is.EqualTo(new[] { 1, 0, 4 }));
        Assert.That(bounded.Waiting, Is.EqualTo(new[] { 0, 5, 0, 0 }));
    }

    [Test]
    public async Task A_claimed_task_belongs_to_that_incarnation_alone()
    {
        var worker = await Queue.WorkerAsync();
        var other = await Queue.WorkerAsync();
        var tasks = await Queue.AddManyAsync(1);
        await Queue.TakeAsync(worker, 5);
        Assert.That(await Queue.NumberAsync("HLEN", Queue.Keys.InFlight(worker.Incarnation)), Is.EqualTo(1));
        Assert.That(await Queue.NumberAsync("HEXISTS", Queue.Keys.InFlight(worker.Incarnation), tasks[0].Attempt), Is.EqualTo(1));
        Assert.That(await Queue.TakeAsync(other, 5), Is.Empty);
    }

    [Test]
    public async Task An_unregistered_or_outdated_worker_gets_nothing_and_is_named()
    {
        var old = await Queue.WorkerAsync();
        var current = (await Queue.ResyncAsync(old.Incarnation))!.Value.Worker;
        var fenced = await Queue.WorkerAsync();
        await Queue.Cluster.FenceAsync(fenced.Incarnation, CancellationToken.None);
        var tasks = await Queue.AddManyAsync(4);
        var reply = await Queue.ClaimAsync(new ClaimRequest("nobody", "1:cluster-1", 9), old.Wants(9), fenced.Wants(9), current.Wants(9));
        Assert.That(reply.Tasks.Take(3), Is.All.Null);
        Assert.That(TestTask.Ids(TestTask.OfBlock(reply.Tasks[3]!)), Is.EqualTo(TestTask.Ids(tasks)));
    }

    [Test]
    public async Task A_claim_returns_due_tasks_and_the_time_to_the_next_one()
    {
        var worker = await Queue.WorkerAsync();
        Assert.That((await Queue.ClaimAsync(worker.Wants(1))).NextDueMilliseconds, Is.EqualTo(-1));
        var due = TestTask.New();
        var later = TestTask.New();
        await Queue.EnqueueAtAsync(DateTimeOffset.UtcNow.AddHours(-1), due);
        await Queue.EnqueueInAsync(TimeSpan.FromSeconds(100), later);
        var reply = await Queue.ClaimAsync(worker.Wants(9));
        Assert.That(TestTask.Ids(TestTask.OfBlock(reply.Tasks[0]!)), Is.EqualTo(new[] { due.Value }));
        Assert.That(reply.NextDueMilliseconds, Is.InRange(90_000, 100_000));
        Assert.That((await Queue.SizesAsync()).Delayed, Is.EqualTo(1));
        Assert.That(await Queue.NumberAsync("HLEN", Queue.Key("de")), Is.EqualTo(1));
    }

    [Test]
    public async Task More_than_500_due_tasks_come_in_steps()
    {
        var worker = await Queue.WorkerAsync();
        await Queue.EnqueueAtAsync(DateTimeOffset.UtcNow.AddHours(-1), TestTask.Many(700));
        Assert.That((await Queue.ClaimAsync(worker.Wants(0))).NextDueMilliseconds, Is.Zero);
        Assert.That((await Queue.ClaimAsync(worker.Wants(0))).NextDueMilliseconds, Is.EqualTo(-1));
        Assert.That(await Queue.TakeAsync(worker, 1000), Has.Count.EqualTo(700));
    }

    [Test]
    public async Task Cancelled_tasks_are_skipped()
    {
        var worker = await Queue.WorkerAsync();
        var tasks = await Queue.AddManyAsync(6);
        foreach (var i in new[] { 0, 2, 5 }) Assert.That(await Queue.CancelAsync(tasks[i]), Is.EqualTo(CancelResult.Cancelled));
        var taken = new List<TestTask>();
        for (var i = 0; i < 3; i++) taken.AddRange(await Queue.TakeAsync(worker, 2));
        Assert.That(TestTask.Ids(taken), Is.EqualTo(TestTask.Ids([tasks[1], tasks[3], tasks[4]])));
        Assert.That(await Queue.NumberAsync("EXISTS", Queue.Key("cx")), Is.Zero);
    }

    [Test]
    public async Task An_isolated_task_goes_alone_to_a_worker_that_asks_for_one()
    {
        var worker = await Queue.WorkerAsync();
        var isolated = await Queue.AddManyAsync(2);
        await Queue.IsolateAsync(isolated);
        var ordinary = await Queue.AddAsync();
        var reply = await Queue.ClaimAsync(worker.Wants(10));
        Assert.That(TestTask.Ids(TestTask.OfBlock(reply.Tasks[0]!)), Is.EqualTo(new[] { ordinary.Value }));
        Assert.That(reply.Isolated, Is.EqualTo(2));
        reply = await Queue.ClaimAsync(worker.WantsIsolated());
        Assert.That(TestTask.Ids(TestTask.OfBlock(reply.Tasks[0]!)), Is.EqualTo(new[] { isolated[0].Value }));
        Assert.That(reply.Isolated, Is.EqualTo(1));
    }

    [Test]
    public async Task The_token_is_passed_on_only_when_tasks_remain()
    {
        var worker = await Queue.WorkerAsync();
        await Queue.AddManyAsync(3);
        await Queue.TakeTokenAsync();
        await Queue.TakeAsync(worker, 2);
        Assert.That(await Queue.TakeTokenAsync(), Is.True);
        await Queue.TakeAsync(worker, 2);
        Assert.That(await Queue.TakeTokenAsync(), Is.False);
    }

    [Test]
    public async Task Large_tasks_are_claimed_in_order_a_few_megabytes_at_a_time()
    {
        var broker = new ClusterQueue(Queue.Connection, Queue.Keys, 2 << 20);
        var worker = await Queue.WorkerAsync();
        var tasks = TestTask.Many(3).Concat(Enumerable.Range(0, 20).Select(_ => TestTask.New(1 << 20))).ToArray();
        await Queue.EnqueueAsync(tasks);
        var taken = new List<Guid>();
        var calls = 0;
        while (taken.Count < tasks.Length)
        {
            var reply = await broker.ClaimAsync([worker.Wants(500)], CancellationToken.None);
            Assert.That(reply.Tasks[0]!, Has.Length.LessThan(14 << 20).And.Length.GreaterThan(0));
            taken.AddRange(TestTask.Ids(TestTask.OfBlock(reply.Tasks[0]!)));
            Assert.That(++calls, Is.LessThan(10));
        }

        Assert.That(calls, Is.GreaterThan(2));
        Assert.That(taken, Is.EqualTo(TestTask.Ids(tasks)));
    }
}
