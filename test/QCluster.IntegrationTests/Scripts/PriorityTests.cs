using QCluster.IntegrationTests.Broker;
using QCluster.Model;
using QCluster.Queue;
using QCluster.Queue.Clusters;
using QCluster.Redis;
using StackExchange.Redis;

namespace QCluster.IntegrationTests.Scripts;

/// <summary>Room by class, lanes of isolated tasks, the share of low ones, and who is woken for what.</summary>
public sealed class PriorityTests : BrokerFixture
{
    [Test]
    public async Task Each_priority_class_fills_its_own_limit_highest_first()
    {
        var worker = await Queue.WorkerAsync();
        var tasks = new Dictionary<int, TestTask[]>();
        foreach (var priority in new[] { TaskPriority.Low, TaskPriority.Normal, TaskPriority.High, TaskPriority.Critical })
        {
            tasks[priority] = [TestTask.New(), TestTask.New(), TestTask.New()];
            await Queue.EnqueueAsync(priority, tasks[priority]);
        }

        var reply = await Queue.ClaimAsync(new ClaimRequest(worker.Incarnation, worker.Registration, [-2, 1, 4, 5]));
        Guid[] expected = [.. TestTask.Ids(tasks[TaskPriority.Critical]), .. TestTask.Ids(tasks[TaskPriority.High][..1])];
        Assert.That(TestTask.Ids(TestTask.OfBlock(reply.Tasks[0]!)), Is.EqualTo(expected), "three fill what is not for critical ones alone, but for one place");
        Assert.That(reply.Waiting, Is.EqualTo(new[] { 3, 3, 2, 0 }));
        Assert.That(await Queue.TakeTokenAsync('h'), Is.True, "another pusher may have room");
        Assert.That(await Queue.TakeTokenAsync('c'), Is.True, "left from the enqueueing");
    }

    [Test]
    public async Task Each_priority_class_wakes_its_own_pushers()
    {
        foreach (var (priority, token) in new[] { (0, 'l'), (2, 'l'), (3, 'n'), (5, 'n'), (6, 'h'), (8, 'h'), (9, 'c') })
        {
            await Queue.AddAsync(priority);
            Assert.That(await Queue.TakeTokenAsync(token), Is.True, $"{priority}");
            foreach (var other in "lnhci")
                Assert.That(await Queue.TakeTokenAsync(other), Is.False, $"{priority} {other}");
        }

        await EnqueueIsolatedAsync(9, TestTask.New());
        Assert.That(await Queue.TakeTokenAsync('i'), Is.True);
        Assert.That(await Queue.TakeTokenAsync('c'), Is.False);
    }

    [Test]
    public async Task Isolated_tasks_go_by_priority_and_only_to_isolated_workers()
    {
        var worker = await Queue.WorkerAsync();
        TestTask[] isolated = [TestTask.New(), TestTask.New(), TestTask.New()];
        await EnqueueIsolatedAsync(2, isolated[0]);
        await EnqueueIsolatedAsync(9, isolated[1]);
        await EnqueueIsolatedAsync(5, isolated[2]);
        var shared = await Queue.ClaimAsync(worker.Wants(10));
        Assert.That(shared.Tasks[0], Is.Empty);
        Assert.That(shared.Isolated, Is.EqualTo(3));
        var order = new List<Guid>();
        for (var i = 0; i < 3; i++)
            order.AddRange(TestTask.Ids(TestTask.OfBlock((await Queue.ClaimAsync(worker.WantsIsolated())).Tasks[0]!)));
        Assert.That(order, Is.EqualTo(TestTask.Ids([isolated[1], isolated[2], isolated[0]])));
        Assert.That((await Queue.LookupAsync(isolated[1])).Lane, Is.EqualTo(TaskLane.Of(9, isIsolated: true)));
    }

    [Test]
    public async Task Low_priority_tasks_get_exactly_their_share_over_many_claims()
    {
        var worker = await Queue.WorkerAsync();
        var broker = new ClusterQueue(Queue.Connection, Queue.Keys, TestQueue.MaxElementSize, lowShare: 0.1);
        TestTask[] low = [.. Enumerable.Range(0, 50).Select(_ => TestTask.New())];
        await Queue.EnqueueAsync(TaskPriority.Low, low);
        await Queue.AddManyAsync(200);
        var ids = TestTask.Ids(low).ToHashSet();
        var got = 0;
        for (var i = 0; i < 100; i++)
            got += TestTask.OfBlock((await broker.ClaimAsync([worker.Wants(1)], CancellationToken.None)).Tasks[0]!).Count(t => ids.Contains(t.Value));
        Assert.That(got, Is.EqualTo(10).Within(1));
    }

    [Test]
    public async Task A_late_first_call_after_its_repetition_enqueues_nothing()
    {
        var worker = await Queue.WorkerAsync();
        var task = TestTask.New();
        var enqueue = RedisScript.Load("enqueue");
        Task<RedisResult> SendAsync(string mark) => Queue.Connection.ScriptAsync(enqueue, [Queue.Keys.List(5)], [Queue.Keys.Prefix, mark, task.Element], RetryMode.Idempotent);
        Assert.That((long)await SendAsync("5r"), Is.EqualTo(1));
        Assert.That(await Queue.TakeAsync(worker, 5), Has.Count.EqualTo(1));
        await Queue.AckAsync(worker, task);
        Assert.That((long)await SendAsync("5f"), Is.Zero, "its connection was slow");
        Assert.That(await Queue.TakeAsync(worker, 5), Is.Empty);
    }

    private Task EnqueueIsolatedAsync(int priority, TestTask task) =>
        Queue.Client.EnqueueAsync(new QCluster.Queue.EnqueueBatch(TaskId.DefaultQueue, TaskLane.Of(priority, isIsolated: true), [task.Element]), CancellationToken.None);
}
