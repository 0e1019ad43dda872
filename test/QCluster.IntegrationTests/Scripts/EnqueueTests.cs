using QCluster.Queue;
using QCluster.IntegrationTests.Broker;

namespace QCluster.IntegrationTests.Scripts;

public sealed class EnqueueTests : BrokerFixture
{
    [Test]
    public async Task A_task_goes_to_the_list_of_its_priority_and_wakes_one_pusher()
    {
        var task = await Queue.AddAsync(7);
        await Queue.AddAsync(7);
        Assert.That((await Queue.WaitingAsync(7))[0], Is.EqualTo(task.Value));
        Assert.That(await Queue.NumberAsync("LLEN", Queue.Keys.WakeToken('h')), Is.EqualTo(1));
        Assert.That(await Queue.Client.QueuesAsync(CancellationToken.None), Is.EqualTo(new[] { "default" }));
    }

    [Test]
    public async Task A_bulk_of_2500_keeps_its_order_on_a_server_without_the_script()
    {
        for (var round = 0; round < 10; round++)
        {
            await Server.CallAsync("SCRIPT", "FLUSH");
            await using var queue = new TestQueue(Server.Endpoint);
            var tasks = await queue.AddManyAsync(2500);
            Assert.That(await queue.WaitingAsync(), Is.EqualTo(TestTask.Ids(tasks)), $"round {round}");
            Assert.That((await queue.LookupAsync(tasks[2499])).Ahead, Is.EqualTo(2499));
        }
    }

    [Test]
    public async Task A_bulk_of_many_parts_keeps_its_order_without_the_script()
    {
        for (var round = 0; round < 5; round++)
        {
            await Server.CallAsync("SCRIPT", "FLUSH");
            await using var queue = new TestQueue(Server.Endpoint);
            var tasks = await queue.AddManyAsync(30_000);
            Assert.That((await queue.WaitingAsync()).SequenceEqual(TestTask.Ids(tasks)), Is.True, $"round {round}");
        }
    }

    [Test]
    public async Task A_repeated_call_changes_nothing_while_the_tasks_wait()
    {
        var tasks = await Queue.AddManyAsync(40);
        await Queue.EnqueueAsync(tasks);
        await Queue.EnqueueAsync(tasks[7]);
        await Queue.EnqueueAsync(3, tasks[8]);
        Assert.That(await Queue.WaitingAsync(), Is.EqualTo(TestTask.Ids(tasks)));
        Assert.That(await Queue.WaitingAsync(3), Is.Empty);
    }

    [Test]
    public async Task A_repeated_call_changes_nothing_while_the_task_is_in_flight()
    {
        var worker = await Queue.WorkerAsync();
        var tasks = await Queue.AddManyAsync(3);
        await Queue.TakeAsync(worker, 3);
        await Queue.EnqueueAsync(tasks);
        Assert.That(await Queue.WaitingAsync(), Is.Empty);
        Assert.That((await Queue.LookupAsync(tasks[1])).Place, Is.EqualTo(TaskPlace.InFlight));
    }

    [TestCase(60_000)]
    [TestCase(0)]
    public async Task A_repeated_call_changes_nothing_after_the_task_has_finished(long keep)
    {
        var worker = await Queue.WorkerAsync();
        var tasks = await Queue.AddManyAsync(3);
        await Queue.TakeAsync(worker, 3);
        await Queue.Cluster.AckAsync(worker.Incarnation, [.. tasks.Select(t => new AckItem(t.Attempt, [1], keep, TaskState.Succeeded))], CancellationToken.None);
        await Queue.EnqueueAsync(tasks);
        await Queue.EnqueueAsync(tasks[0]);
        await Queue.EnqueueInAsync(TimeSpan.FromSeconds(1), tasks);
        Assert.That(await Queue.WaitingAsync(), Is.Empty);
        Assert.That((await Queue.SizesAsync()).Delayed, Is.Zero);
        Assert.That((await Queue.LookupAsync(tasks[0])).Place, Is.EqualTo(TaskPlace.Finished));
        Assert.That(await Queue.HasStateAsync(tasks[0]), Is.False);
    }

    [Test]
    public async Task Only_the_new_tasks_of_a_mixed_batch_are_added_in_order()
    {
        var worker = await Queue.WorkerAsync();
        var all = TestTask.Many(100);
        await Queue.EnqueueAsync([.. all.Where((_, i) => i % 4 == 0)]);
        var taken = await Queue.TakeAsync(worker, 20);
        await Queue.AckAsync(worker, [.. taken.Take(10)]);
        var waiting = await Queue.WaitingAsync();
        await Queue.EnqueueAsync(all);
        Guid[] expected = [.. waiting, .. all.Where((_, i) => i % 4 != 0).Select(t => t.Value)];
        Assert.That(await Queue.WaitingAsync(), Is.EqualTo(expected));
        Assert.That((await Queue.LookupAsync(all[99])).Ahead, Is.EqualTo(expected.Length - 1));
    }

    [Test]
    public async Task An_id_that_a_batch_names_twice_is_added_once()
    {
        var tasks = TestTask.Many(3);
        await Queue.EnqueueAsync(tasks[0], tasks[1], tasks[0], tasks[2], tasks[1]);
        Assert.That(await Queue.WaitingAsync(), Is.EqualTo(TestTask.Ids(tasks)));
        Assert.That((await Queue.LookupAsync(tasks[2])).Ahead, Is.EqualTo(2));
    }
}
