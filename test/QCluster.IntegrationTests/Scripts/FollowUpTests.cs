using QCluster.Model;
using QCluster.Queue;
using QCluster.IntegrationTests.Broker;
using QCluster.Wire.Packets;

namespace QCluster.IntegrationTests.Scripts;

/// <summary>What the scripts do when a task ends that something follows from.</summary>
public sealed class FollowUpTests : BrokerFixture
{
    private static TestTask With(Action<FollowUps> add)
    {
        var task = TestTask.New();
        var followUps = new FollowUps();
        add(followUps);
        return task with { Element = followUps.ApplyTo(task.Element) };
    }

    private async Task<TestTask> TakeAsync(TestTask task)
    {
        var worker = await Queue.WorkerAsync();
        await Queue.EnqueueAsync(task);
        return (await Queue.TakeAsync(worker, 1)).Single();
    }

    private async Task<(long Finished, long Failed, long Enqueued)> GroupAsync(string label)
    {
        var progress = await Queue.Scripts.Groups.LookAsync(label, TaskId.DefaultQueue, null, TimeSpan.Zero, CancellationToken.None);
        return (progress.Finished, progress.Failed, progress.Enqueued);
    }

    [Test]
    public async Task An_element_keeps_its_sections_and_its_record_has_none()
    {
        var task = With(f => f.AddGroup("g"));
        var worker = await Queue.WorkerAsync();
        await Queue.EnqueueAsync(task);
        Assert.That((await Queue.TakeAsync(worker, 1)).Single().Element, Is.EqualTo(task.Element));
        await Queue.FenceAndReclaimAsync(worker, ReclaimDecision.Lost, task);
        worker = await Queue.WorkerAsync();
        var again = (await Queue.TakeAsync(worker, 1)).Single();
        Assert.That(again.Element[20..], Is.EqualTo(task.Element[20..]));
        Assert.That(again.Element[0], Is.EqualTo(task.Element[0]));
        await Queue.AckAsync(worker, again);
        var record = (await Queue.LookupAsync(task)).Record.ToArray();
        Assert.That(record[TestQueue.OutcomeOf(task).Length], Is.EqualTo(TaskElement.Version), "no flags");
        Assert.That(record, Has.Length.EqualTo(TestQueue.OutcomeOf(task).Length + 40));
    }

    [Test]
    public async Task A_member_is_counted_once_despite_repeated_calls()
    {
        var task = With(f => f.AddGroup("g"));
        var worker = await Queue.WorkerAsync();
        for (var i = 0; i < 2; i++)
            await Queue.EnqueueAsync(task);
        await Queue.TakeAsync(worker, 1);
        for (var i = 0; i < 2; i++)
            await Queue.AckAsync(worker, task);
        Assert.That(await GroupAsync("g"), Is.EqualTo((1, 0, 1)));
    }

    [Test]
    public async Task A_cancelled_or_dead_lettered_member_is_finished_without_success()
    {
        var cancelled = With(f => f.AddGroup("g"));
        var dead = With(f => f.AddGroup("g"));
        await Queue.EnqueueInAsync(TimeSpan.FromHours(1), cancelled);
        await Queue.CancelAsync(cancelled);
        await TakeAsync(dead);
        await Queue.FenceAndReclaimAsync(new TestWorker("w1-" + TestQueue.ClusterId, "", TestQueue.ClusterId), ReclaimDecision.Dead, dead);
        Assert.That(await GroupAsync("g"), Is.EqualTo((2, 2, 2)));
    }

    [Test]
    public async Task A_hook_is_enqueued_once_with_the_record_attached()
    {
        var hook = TestTask.New();
        var task = With(f => f.AddHook(7, hook.Element));
        var worker = await Queue.WorkerAsync();
        await Queue.EnqueueAsync(task);
        await Queue.TakeAsync(worker, 1);
        for (var i = 0; i < 2; i++)
            await Queue.AckAsync(worker, task);
        Assert.That(await Queue.WaitingAsync(7), Is.EqualTo(new[] { hook.Value }));
        var element = (await Queue.TakeAsync(worker, 9)).Single().Element;
        var envelope = TaskElement.EnvelopeOf(element, out var attachment);
        Assert.That(envelope.ToArray(), Is.EqualTo(hook.Element[20..]));
        Assert.That(attachment.ToArray(), Is.EqualTo((await Queue.LookupAsync(task)).Record.ToArray()));
    }

    [Test]
    public async Task A_unique_key_is_held_by_the_first_until_it_ends()
    {
        var first = With(f => f.AddUnique("k", null));
        var second = With(f => f.AddUnique("k", null));
        var worker = await Queue.WorkerAsync();
        Assert.That(await EnqueueOneAsync(first), Is.Null);
        Assert.That(await EnqueueOneAsync(first), Is.Null, "the same call again");
        Assert.That(await EnqueueOneAsync(second), Is.EqualTo(first.Id.ToBytes()));
        await Queue.TakeAsync(worker, 9);
        await Queue.AckAsync(worker, first);
        Assert.That(await EnqueueOneAsync(second), Is.Null);
        Assert.That(await Queue.WaitingAsync(), Is.EqualTo(new[] { second.Value }));
    }

    private Task<byte[]?> EnqueueOneAsync(TestTask task) => Queue.Client.EnqueueAsync(new EnqueueBatch(TaskId.DefaultQueue, TaskPriority.Normal, [task.Element]), CancellationToken.None);

    [Test]
    public async Task The_newest_uncached_records_are_kept_and_all_of_the_last_minute()
    {
        await Queue.RawAsync("HSET", Queue.Keys.Settings, "save_limit", 3);
        var tasks = new List<TestTask>();
        for (var i = 0; i < 5; i++)
            tasks.Add(await FinishUncachedAsync());
        Assert.That(await KeptAsync(tasks), Is.EqualTo(5), "they are young");

        for (var i = 0; i < 5; i++)
            await Queue.RawAsync("LSET", Queue.Keys.Saved(3), i, (byte[])[.. tasks[4 - i].Id.ToBytes(), 0, 0, 0, 1]);
        await Queue.RawAsync("HSET", Queue.Keys.Settings, "save_limit", 4);
        tasks.Add(await FinishUncachedAsync());
        Assert.That(await KeptAsync(tasks), Is.EqualTo(4));
        Assert.That((await Queue.LookupAsync(tasks[0])).Place, Is.EqualTo(TaskPlace.Unknown));
        Assert.That((await Queue.LookupAsync(tasks[2])).Place, Is.EqualTo(TaskPlace.Finished));
    }

    [Test]
    public async Task With_a_database_uncached_records_stay_until_it_has_them()
    {
        await Queue.RawAsync("HSET", Queue.Keys.Settings, "save_limit", "db");
        var task = await FinishUncachedAsync();
        Assert.That(await Queue.NumberAsync("PTTL", Queue.Keys.Record(task.Id.ToBytes())), Is.EqualTo(-1));
        var unsaved = await Queue.Cluster.UnsavedAsync(3, 10, CancellationToken.None);
        Assert.That(unsaved.Single().Entry[..16], Is.EqualTo(task.Id.ToBytes()));
        var later = await FinishUncachedAsync();
        for (var i = 0; i < 2; i++)
            await Queue.Cluster.ArchivedAsync(3, unsaved.Select(u => u.Entry), TimeSpan.FromMinutes(2), CancellationToken.None);
        Assert.That((await Queue.Cluster.UnsavedAsync(3, 10, CancellationToken.None)).Single().Entry[..16], Is.EqualTo(later.Id.ToBytes()), "the one that came meanwhile is not lost");
        Assert.That(await Queue.NumberAsync("PTTL", Queue.Keys.Record(task.Id.ToBytes())), Is.InRange(1, 120_000));
    }

    private async Task<int> KeptAsync(IEnumerable<TestTask> tasks)
    {
        var places = await Task.WhenAll(tasks.Select(Queue.LookupAsync));
        return places.Count(p => p.Place == TaskPlace.Finished);
    }

    private async Task<TestTask> FinishUncachedAsync()
    {
        var worker = await Queue.WorkerAsync();
        var task = await Queue.AddAsync();
        await Queue.TakeAsync(worker, 1);
        await Queue.Cluster.AckAsync(worker.Incarnation, [new AckItem(task.Attempt, TestQueue.OutcomeOf(task), -60_000_000_000, TaskState.Succeeded)], CancellationToken.None);
        return task;
    }
}
