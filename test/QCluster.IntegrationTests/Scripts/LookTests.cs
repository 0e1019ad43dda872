using QCluster.Model;
using QCluster.IntegrationTests.Broker;

namespace QCluster.IntegrationTests.Scripts;

/// <summary>An idle pusher learns from one small look what a claim would find.</summary>
public sealed class LookTests : BrokerFixture
{
    private Task<long> LookAsync() => Queue.Cluster.LookAsync(CancellationToken.None);

    [Test]
    public async Task An_empty_queue_has_no_next_task() => Assert.That(await LookAsync(), Is.EqualTo(-1));

    [Test]
    public async Task A_waiting_task_of_any_lane_is_seen()
    {
        foreach (var priority in new[] { 0, 5, 9 })
        {
            await Queue.AddAsync(priority);
            Assert.That(await LookAsync(), Is.Zero);
            var worker = await Queue.WorkerAsync();
            await Queue.TakeAsync(worker, 1);
            Assert.That(await LookAsync(), Is.EqualTo(-1));
        }
    }

    [Test]
    public async Task An_isolated_task_is_seen()
    {
        var task = await Queue.AddAsync();
        await Queue.IsolateAsync(task);
        Assert.That(await LookAsync(), Is.Zero);
    }

    [Test]
    public async Task A_delayed_task_is_seen_with_its_time()
    {
        await Queue.EnqueueInAsync(TimeSpan.FromSeconds(100), TestTask.New());
        Assert.That(await LookAsync(), Is.InRange(90_000, 100_000));
        await Queue.EnqueueInAsync(TimeSpan.FromMilliseconds(1), TestTask.New());
        await Task.Delay(5);
        Assert.That(await LookAsync(), Is.Zero);
    }

    [Test]
    public async Task No_task_of_a_paused_queue_is_seen()
    {
        await Queue.AddAsync();
        await Queue.Scripts.Queues.PauseAsync(TaskId.DefaultQueue, true, CancellationToken.None);
        Assert.That(await LookAsync(), Is.EqualTo(-1));
    }
}
