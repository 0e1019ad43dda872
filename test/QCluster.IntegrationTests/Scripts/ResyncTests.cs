using QCluster.IntegrationTests.Broker;
using QCluster.Queue;

namespace QCluster.IntegrationTests.Scripts;

public sealed class ResyncTests : BrokerFixture
{
    [Test]
    public async Task A_worker_of_a_cluster_that_is_not_alive_is_not_registered()
    {
        Assert.That(await Queue.Cluster.RegisterAsync("w", "dead", CancellationToken.None), Is.False);
        Assert.That(await Queue.ResyncAsync("w"), Is.Null);
    }

    [Test]
    public async Task Registering_again_changes_nothing()
    {
        var worker = await Queue.WorkerAsync();
        var tasks = await Queue.AddManyAsync(1);
        Assert.That(await Queue.Cluster.RegisterAsync(worker.Incarnation, worker.Cluster, CancellationToken.None), Is.True);
        Assert.That(TestTask.Ids(await Queue.TakeAsync(worker, 1)), Is.EqualTo(TestTask.Ids(tasks)));
    }

    [Test]
    public async Task Registering_again_does_not_readmit_a_fenced_worker()
    {
        var worker = await Queue.WorkerAsync();
        await Queue.Cluster.FenceAsync(worker.Incarnation, CancellationToken.None);
        await Queue.Cluster.RegisterAsync(worker.Incarnation, worker.Cluster, CancellationToken.None);
        Assert.That(await Queue.ResyncAsync(worker.Incarnation), Is.Null);
    }

    [Test]
    public async Task A_new_epoch_refuses_the_old_claim()
    {
        var old = await Queue.WorkerAsync();
        await Queue.AddManyAsync(1);
        var current = (await Queue.ResyncAsync(old.Incarnation))!.Value.Worker;
        Assert.That((await Queue.ClaimAsync(old.Wants(1))).Tasks[0], Is.Null);
        Assert.That(await Queue.TakeAsync(current, 1), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Tasks_that_the_worker_lacks_are_returned_and_stay_its_own()
    {
        var worker = await Queue.WorkerAsync();
        var tasks = await Queue.AddManyAsync(5);
        await Queue.TakeAsync(worker, 5);
        var reply = await Queue.ResyncAsync(worker.Incarnation, worker.Cluster, tasks[0].Attempt, tasks[3].Attempt);
        Assert.That(reply!.Value.Tasks.Select(t => t.Element), Is.EquivalentTo(new[] { 1, 2, 4 }.Select(i => tasks[i].Element)));
        Assert.That(await Queue.AckAsync(reply.Value.Worker, tasks), Is.All.EqualTo(AckStatus.Saved));
    }

    [Test]
    public async Task An_attempt_held_from_before_a_loss_is_not_taken_for_the_new_one()
    {
        var first = await Queue.WorkerAsync();
        var task = await Queue.AddAsync();
        await Queue.TakeAsync(first, 1);
        await Queue.FenceAndReclaimAsync(first, ReclaimDecision.Lost, task);
        var second = await Queue.WorkerAsync();
        await Queue.TakeAsync(second, 1);
        var reply = await Queue.ResyncAsync(second.Incarnation, second.Cluster, task.Attempt);
        Assert.That(TestTask.Ids(reply!.Value.Tasks), Is.EqualTo(new[] { task.Value }));
    }
}
