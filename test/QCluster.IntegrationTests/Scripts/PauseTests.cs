using QCluster.IntegrationTests.Broker;

namespace QCluster.IntegrationTests.Scripts;

public sealed class PauseTests : BrokerFixture
{
    private Task<bool> PauseAsync(bool pause) => Queue.Scripts.Queues.PauseAsync("default", pause, CancellationToken.None);

    [Test]
    public async Task A_paused_queue_hands_out_no_task_until_resumed()
    {
        var worker = await Queue.WorkerAsync();
        Assert.That(await PauseAsync(true), Is.True);
        Assert.That(await PauseAsync(true), Is.False, "it is already");
        var task = await Queue.AddAsync();
        await Queue.EnqueueAtAsync(DateTimeOffset.UtcNow.AddHours(-1), TestTask.New());
        Assert.That(await Queue.TakeAsync(worker, 5), Is.Empty);
        var sizes = await Queue.SizesAsync();
        Assert.That(sizes.PausedSince, Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromSeconds(10)));
        Assert.That(await Queue.CancelAsync(task), Is.EqualTo(CancelResult.Cancelled), "the rest goes on");

        while (await Queue.TakeTokenAsync())
        {
        }

        Assert.That(await PauseAsync(false), Is.True);
        Assert.That(await PauseAsync(false), Is.False);
        Assert.That(await Queue.TakeTokenAsync(), Is.True, "a pusher that waits is woken");
        Assert.That(await Queue.TakeAsync(worker, 5), Has.Count.EqualTo(1));
        Assert.That((await Queue.SizesAsync()).PausedSince, Is.Null);
    }

    [Test]
    public async Task A_paused_queue_still_names_a_fenced_worker()
    {
        var worker = await Queue.WorkerAsync();
        await PauseAsync(true);
        Assert.That((await Queue.ClaimAsync(worker.Wants(1))).Tasks[0], Is.Empty);
        await Queue.Cluster.FenceAsync(worker.Incarnation, CancellationToken.None);
        Assert.That((await Queue.ClaimAsync(worker.Wants(1))).Tasks[0], Is.Null);
    }
}
