using QCluster.Queue;
using QCluster.IntegrationTests.Broker;

namespace QCluster.IntegrationTests.Scripts;

public sealed class LookupTests : BrokerFixture
{
    [Test]
    public async Task The_id_alone_finds_each_state()
    {
        var worker = await Queue.WorkerAsync();
        var task = TestTask.New();
        Assert.That((await Queue.LookupAsync(task)).Place, Is.EqualTo(TaskPlace.Unknown));
        await Queue.EnqueueAsync(task);
        await Queue.AddAsync();
        Assert.That(await Queue.LookupAsync(task), Is.EqualTo(new TaskLookup(TaskPlace.Waiting, Ahead: 0)).Using<TaskLookup>(SameButForElement));
        await Queue.TakeAsync(worker, 1);
        Assert.That(await Queue.LookupAsync(task), Is.EqualTo(new TaskLookup(TaskPlace.InFlight, Cluster: worker.Cluster, Incarnation: worker.Incarnation)).Using<TaskLookup>(SameButForElement));
        await Queue.AckAsync(worker, task);
        Assert.That((await Queue.LookupAsync(task)).Place, Is.EqualTo(TaskPlace.Finished));
    }

    [Test]
    public async Task After_a_loss_the_new_attempt_is_found_in_each_place()
    {
        var worker = await Queue.WorkerAsync();
        var tasks = await Queue.AddManyAsync(2);
        await Queue.TakeAsync(worker, 2);
        await Queue.FenceAndReclaimAsync(worker, ReclaimDecision.Lost, tasks);
        Assert.That((await Queue.LookupAsync(tasks[1])).Ahead, Is.EqualTo(1));
        worker = await Queue.WorkerAsync();
        await Queue.TakeAsync(worker, 2);
        Assert.That((await Queue.LookupAsync(tasks[1])).Incarnation, Is.EqualTo(worker.Incarnation));
    }

    [Test]
    public async Task A_task_in_flight_is_not_confused_with_a_returned_one()
    {
        var worker = await Queue.WorkerAsync();
        var tasks = await Queue.AddManyAsync(6);
        await Queue.TakeAsync(worker, 4);
        // Task 3 goes back under the number it had; then 0 comes before it, under the number of task 2, which is still in flight.
        await Queue.ReleaseAsync(worker, tasks[3]);
        await Queue.ReleaseAsync(worker, tasks[0]);
        Assert.That(await Queue.WaitingAsync(), Is.EqualTo(TestTask.Ids([tasks[0], tasks[3], tasks[4], tasks[5]])));
        Assert.That((await Queue.LookupAsync(tasks[2])).Place, Is.EqualTo(TaskPlace.InFlight));
        Assert.That((await Queue.LookupAsync(tasks[1])).Place, Is.EqualTo(TaskPlace.InFlight));
        for (var place = 0; place < 4; place++)
            Assert.That((await Queue.LookupAsync(tasks[new[] { 0, 3, 4, 5 }[place]])).Ahead, Is.EqualTo(place));
    }

    [Test]
    public async Task Negative_positions_are_valid()
    {
        var worker = await Queue.WorkerAsync();
        var finished = await Queue.AddManyAsync(2);
        await Queue.TakeAsync(worker, 2);
        await Queue.AckAsync(worker, finished);
        await Queue.RawAsync("HSET", Queue.Key("h"), "5", "0");
        var tasks = await Queue.AddManyAsync(3);
        await Queue.TakeAsync(worker, 3);
        await Queue.RawAsync("HSET", Queue.Key("h"), "5", "0");
        await Queue.ReleaseAsync(worker, tasks);
        for (var i = 0; i < 3; i++) Assert.That((await Queue.LookupAsync(tasks[i])).Ahead, Is.EqualTo(i));
        Assert.That(await Queue.CancelAsync(tasks[1]), Is.EqualTo(CancelResult.Cancelled));
    }

    [Test]
    public async Task Lookups_and_waits_change_no_task()
    {
        var task = await Queue.AddAsync();
        await Queue.LookupAsync(task);
        Assert.That(await Queue.NumberAsync("EXISTS", Queue.Key("wt")), Is.Zero);
        Assert.That((await Queue.WaitAsync(task, TimeSpan.FromMilliseconds(5))).Place, Is.EqualTo(TaskPlace.Unfinished));
        Assert.That(await Queue.WaitingAsync(), Is.EqualTo(new[] { task.Value }));
        Assert.That((await Queue.WaitAsync(TestTask.New(), TimeSpan.FromSeconds(20))).Place, Is.EqualTo(TaskPlace.Unknown));
    }

    private static bool SameButForElement(TaskLookup one, TaskLookup other) => one with { Element = default } == other with { Element = default };
}
