using QCluster.IntegrationTests.Broker;

namespace QCluster.IntegrationTests.Scripts;

public sealed class SizesTests : BrokerFixture
{
    [Test]
    public async Task An_unknown_queue_is_empty()
    {
        var sizes = await Queue.SizesAsync();
        Assert.That((sizes.Waiting, sizes.Delayed, sizes.Running, sizes.Succeeded, sizes.Refused), Is.EqualTo((0, 0, 0, 0, 0)));
        Assert.That(sizes.WaitingByPriority, Is.EqualTo(new long[10]));
    }

    [Test]
    public async Task A_cancelled_task_is_not_counted_before_or_after_a_claim()
    {
        var tasks = await Queue.AddManyAsync(3);
        await Queue.AddAsync(8);
        await Queue.CancelAsync(tasks[1]);
        Assert.That((await Queue.SizesAsync()).Waiting, Is.EqualTo(3));
        var worker = await Queue.WorkerAsync();
        await Queue.TakeAsync(worker, 2);
        Assert.That((await Queue.SizesAsync()).WaitingByPriority, Is.EqualTo(new long[] { 0, 0, 0, 0, 0, 1, 0, 0, 0, 0 }));
        Assert.That(await Queue.TakeAsync(worker, 2), Has.Count.EqualTo(1));
        Assert.That((await Queue.SizesAsync()).Waiting, Is.Zero);
    }

    [Test]
    public async Task Each_task_is_counted_in_its_place()
    {
        TestWorker[] workers = [await Queue.WorkerAsync(), await Queue.WorkerAsync()];
        await Queue.IsolateAsync(await Queue.AddAsync());
        var tasks = await Queue.AddManyAsync(5);
        await Queue.ClaimAsync([.. workers.Select(w => w.Wants(5))]);
        await Queue.AckAsync(workers[0], tasks[0]);
        await Queue.AddAsync(9);
        await Queue.AddManyAsync(2);
        await Queue.EnqueueInAsync(TimeSpan.FromHours(1), TestTask.Many(3));
        var sizes = await Queue.SizesAsync();
        Assert.That((sizes.Waiting, sizes.Delayed, sizes.Running, sizes.Succeeded), Is.EqualTo((4, 3, 4, 1)), "the isolated one waits too");
        Assert.That(sizes.WaitingByPriority, Is.EqualTo(new long[] { 0, 0, 0, 0, 0, 3, 0, 0, 0, 1 }));
    }
}
