using QCluster.Model;
using QCluster.Queue;
using QCluster.IntegrationTests.Broker;

namespace QCluster.IntegrationTests.Scripts;

/// <summary>Tasks that are enqueued only if somebody can run them.</summary>
public sealed class DemandTests : BrokerFixture
{
    private Task<byte[]?> EnqueueAsync(EnqueueDemand demand, TestTask task, string? function = null, TimeSpan? delay = null) =>
        Queue.Client.EnqueueAsync(new EnqueueBatch(TaskId.DefaultQueue, 5, [task.Element], delay, Demand: demand, DemandedFunction: function), CancellationToken.None);

    private Task TellAsync(params string[] functions) =>
        Queue.Scripts.Functions.TellAsync(TaskId.DefaultQueue, TestQueue.ClusterId, functions, CancellationToken.None);

    [Test]
    public async Task A_mandatory_task_needs_a_live_cluster()
    {
        foreach (var delay in new TimeSpan?[] { null, TimeSpan.FromHours(1) })
        {
            var task = TestTask.New();
            Assert.That(await EnqueueAsync(EnqueueDemand.Cluster, task, delay: delay), Is.EqualTo("m"u8.ToArray()));
            Assert.That((await Queue.LookupAsync(task)).Place, Is.EqualTo(TaskPlace.Unknown), "nothing was enqueued");
        }

        await Queue.BeatAsync();
        Assert.That(await EnqueueAsync(EnqueueDemand.Cluster, TestTask.New()), Is.Null);
        await Queue.RawAsync("ZADD", Queue.Keys.Heartbeats, 1, TestQueue.ClusterId);
        Assert.That(await EnqueueAsync(EnqueueDemand.Cluster, TestTask.New()), Is.EqualTo("m"u8.ToArray()), "its heartbeat has run out");
    }

    [Test]
    public async Task A_mandatory_task_needs_a_cluster_that_announced_its_function()
    {
        await Queue.BeatAsync();
        Assert.That(await EnqueueAsync(EnqueueDemand.Cluster, TestTask.New(), "math.add"), Is.Null, "it has not told yet");
        await TellAsync("math.floor");
        Assert.That(await EnqueueAsync(EnqueueDemand.Cluster, TestTask.New(), "math.add"), Is.EqualTo("n"u8.ToArray()));
        await TellAsync("math.add");
        Assert.That(await EnqueueAsync(EnqueueDemand.Cluster, TestTask.New(), "math.add"), Is.Null);
        await Queue.Cluster.LeaveAsync(TestQueue.ClusterId, CancellationToken.None);
        Assert.That(await Queue.NumberAsync("EXISTS", Queue.Key("fn:" + TestQueue.ClusterId), Queue.Key("cc")), Is.Zero, "nothing is left of it");
    }

    [Test]
    public async Task An_immediate_task_needs_a_free_slot_beyond_the_waiting_tasks()
    {
        var worker = await Queue.WorkerAsync();
        await Queue.Cluster.HeartbeatAsync(TestQueue.ClusterId, TimeSpan.FromMinutes(1), [], first: false, [], CancellationToken.None, slots: 2);
        var first = TestTask.New();
        Assert.That(await EnqueueAsync(EnqueueDemand.Slot, first), Is.Null);
        await Queue.TakeAsync(worker, 1);
        Assert.That(await EnqueueAsync(EnqueueDemand.Slot, TestTask.New()), Is.Null, "one runs, one is free");
        Assert.That(await EnqueueAsync(EnqueueDemand.Slot, TestTask.New()), Is.EqualTo("i"u8.ToArray()), "one runs, one waits");
        await Queue.AckAsync(worker, first);
        Assert.That(await EnqueueAsync(EnqueueDemand.Slot, TestTask.New()), Is.Null);
    }

    [Test]
    public async Task A_repeated_call_of_an_accepted_task_is_not_refused()
    {
        await Queue.BeatAsync();
        var task = TestTask.New();
        await EnqueueAsync(EnqueueDemand.Cluster, task);
        await Queue.Cluster.LeaveAsync(TestQueue.ClusterId, CancellationToken.None);
        Assert.That(await EnqueueAsync(EnqueueDemand.Cluster, task), Is.Null);
        Assert.That((await Queue.SizesAsync()).Waiting, Is.EqualTo(1));
    }
}
