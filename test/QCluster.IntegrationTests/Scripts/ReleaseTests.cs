using QCluster.Queue;
using QCluster.IntegrationTests.Broker;
using QCluster.Wire.Packets;

namespace QCluster.IntegrationTests.Scripts;

public sealed class ReleaseTests : BrokerFixture
{
    [Test]
    public async Task Unstarted_tasks_return_unchanged_and_in_order_to_the_head()
    {
        var worker = await Queue.WorkerAsync();
        var tasks = await Queue.AddManyAsync(6);
        await Queue.TakeAsync(worker, 4);
        await Queue.ReleaseAsync(worker, tasks[1..4]);
        Assert.That(await Queue.WaitingAsync(), Is.EqualTo(TestTask.Ids(tasks[1..])));
        Assert.That((await Queue.LookupAsync(tasks[1])).Ahead, Is.Zero);
        Assert.That((await Queue.LookupAsync(tasks[5])).Ahead, Is.EqualTo(4));
        Assert.That((await Queue.LookupAsync(tasks[0])).Place, Is.EqualTo(TaskPlace.InFlight));
        Assert.That((await Queue.TakeAsync(worker, 1))[0].Element, Is.EqualTo(tasks[1].Element));
    }

    [Test]
    public async Task Each_task_goes_to_the_list_of_its_priority()
    {
        var worker = await Queue.WorkerAsync();
        TestTask[] tasks = [await Queue.AddAsync(9), await Queue.AddAsync(2)];
        await Queue.TakeAsync(worker, 2);
        await Queue.ReleaseAsync(worker, tasks);
        Assert.That(await Queue.WaitingAsync(9), Is.EqualTo(new[] { tasks[0].Value }));
        Assert.That(await Queue.WaitingAsync(2), Is.EqualTo(new[] { tasks[1].Value }));
    }

    [Test]
    public async Task More_tasks_than_one_call_holds_keep_their_order()
    {
        var worker = await Queue.WorkerAsync();
        var tasks = await Queue.AddManyAsync(1200);
        for (var i = 0; i < 2; i++) await Queue.TakeAsync(worker, 1000);
        await Queue.ReleaseAsync(worker, tasks);
        Assert.That(await Queue.WaitingAsync(), Is.EqualTo(TestTask.Ids(tasks)));
    }

    [Test]
    public async Task A_repeated_call_changes_nothing()
    {
        var worker = await Queue.WorkerAsync();
        var tasks = await Queue.AddManyAsync(3);
        await Queue.TakeAsync(worker, 3);
        for (var i = 0; i < 2; i++) await Queue.ReleaseAsync(worker, tasks);
        Assert.That(await Queue.WaitingAsync(), Is.EqualTo(TestTask.Ids(tasks)));
        var taken = await Queue.TakeAsync(worker, 1);
        await Queue.AckAsync(worker, taken[0]);
        await Queue.ReleaseAsync(worker, taken[0]);
        Assert.That((await Queue.LookupAsync(taken[0])).Place, Is.EqualTo(TaskPlace.Finished));
        Assert.That(await Queue.WaitingAsync(), Has.Length.EqualTo(2));
    }

    [Test]
    public async Task A_release_wakes_a_pusher()
    {
        var worker = await Queue.WorkerAsync();
        var task = await Queue.AddAsync();
        await Queue.TakeTokenAsync();
        await Queue.TakeAsync(worker, 1);
        await Queue.ReleaseAsync(worker, task);
        Assert.That(await Queue.TakeTokenAsync(), Is.True);
    }

    [Test]
    public async Task An_isolated_task_stays_isolated()
    {
        var tasks = await Queue.AddManyAsync(3);
        await Queue.IsolateAsync(tasks);
        var worker = await Queue.WorkerAsync();
        var taken = TestTask.OfBlock((await Queue.ClaimAsync(worker.WantsIsolated())).Tasks[0]!)[0];
        await Queue.ReleaseAsync(worker, taken);
        Assert.That(await Queue.ListAsync(Queue.Key("l:F")), Is.EqualTo(TestTask.Ids(tasks)));
        Assert.That(await Queue.WaitingAsync(), Is.Empty);
        taken = TestTask.OfBlock((await Queue.ClaimAsync(worker.WantsIsolated())).Tasks[0]!)[0];
        Assert.That(TaskElement.Read(taken.Element), Is.EqualTo(new TaskElementHeader(1, new AttemptKey(2, tasks[0].Value))));
        Assert.That((await Queue.LookupAsync(taken)).Place, Is.EqualTo(TaskPlace.InFlight));
    }
}
