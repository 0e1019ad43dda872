using QCluster.Model;
using QCluster.Queue;
using QCluster.Queue.Doctor;
using QCluster.IntegrationTests.Broker;

namespace QCluster.IntegrationTests.Doctor;

/// <summary>Each invariant is broken by hand, found, mended, and then not found any more.</summary>
public sealed class QueueDoctorTests : BrokerFixture
{
    private Task<IReadOnlyList<Finding>> ExamineAsync(bool mend = false) => Queue.Client.ExamineAsync(TaskId.DefaultQueue, mend, CancellationToken.None);

    private async Task AssertFoundAndMendedAsync(string problem, string? subject = null)
    {
        var found = (await ExamineAsync()).Single();
        Assert.That(found.Problem, Does.Contain(problem));
        Assert.That(found.Mended, Is.False);
        if (subject is not null)
            Assert.That(found.Subject, Is.EqualTo(subject));
        Assert.That((await ExamineAsync(mend: true)).Single().Mended, Is.True);
        Assert.That(await ExamineAsync(), Is.Empty);
    }

    [Test]
    public async Task A_queue_with_tasks_in_every_place_has_no_findings()
    {
        var worker = await Queue.WorkerAsync();
        await Queue.AddManyAsync(100);
        await Queue.TakeAsync(worker, 10);
        await Queue.EnqueueInAsync(TimeSpan.FromHours(1), TestTask.New());
        var cancelled = await Queue.AddAsync(priority: 9);
        await Queue.CancelAsync(cancelled);
        var running = (await Queue.TakeAsync(worker, 2))[0];
        await Queue.CancelAsync(running);
        await Queue.WaitAsync(running, TimeSpan.FromMilliseconds(1));
        var isolated = await Queue.AddAsync(priority: 8);
        await Queue.IsolateAsync(isolated);
        Assert.That(await ExamineAsync(), Is.Empty);
    }

    [Test]
    public async Task A_state_without_its_task_is_removed()
    {
        var task = await Queue.AddAsync();
        await Queue.RawAsync("DEL", Queue.Keys.List(5));
        await AssertFoundAndMendedAsync("it is lost", task.Id.ToString());
        Assert.That((await Queue.LookupAsync(task)).Place, Is.EqualTo(TaskPlace.Unknown));
    }

    [Test]
    public async Task A_task_without_its_state_gets_one_and_runs()
    {
        var worker = await Queue.WorkerAsync();
        // Neighbours share one hash of states, and go with it.
        var tasks = TestTask.Neighbours(3);
        await Queue.EnqueueAsync(tasks);
        await Queue.RawAsync("DEL", Queue.StateKey(tasks[1]));
        foreach (var task in tasks)
            Assert.That((await Queue.LookupAsync(task)).Place, Is.EqualTo(TaskPlace.Unknown));
        Assert.That(await ExamineAsync(mend: true), Has.Count.EqualTo(3));
        Assert.That(await ExamineAsync(), Is.Empty);
        for (var i = 0; i < tasks.Length; i++)
            Assert.That((await Queue.LookupAsync(tasks[i])).Ahead, Is.EqualTo(i));
        Assert.That(TestTask.Ids(await Queue.TakeAsync(worker, 3)), Is.EqualTo(TestTask.Ids(tasks)));
    }

    [Test]
    public async Task A_finished_task_that_is_still_in_a_list_is_removed()
    {
        var worker = await Queue.WorkerAsync();
        var task = await Queue.AddAsync();
        await Queue.TakeAsync(worker, 1);
        await Queue.AckAsync(worker, task);
        await Queue.RawAsync("RPUSH", Queue.Keys.List(5), task.Element);
        await AssertFoundAndMendedAsync("still in a list", task.Id.ToString());
        Assert.That(await Queue.TakeAsync(worker, 1), Is.Empty);
    }

    [Test]
    public async Task Incomplete_entries_of_delayed_tasks_are_mended()
    {
        var task = TestTask.New();
        await Queue.EnqueueInAsync(TimeSpan.FromHours(1), task);
        await Queue.RawAsync("ZREM", Queue.Keys.Delayed, task.Id.ToBytes());
        Assert.That((await ExamineAsync(mend: true)).Select(f => f.Problem), Has.Some.Contains("its due time is missing").Or.Some.Contains("it is lost"));
        await Queue.RawAsync("DEL", Queue.Key("d"), Queue.Key("de"));
        await ExamineAsync(mend: true);
        Assert.That(await ExamineAsync(), Is.Empty);

        var other = TestTask.New();
        await Queue.EnqueueInAsync(TimeSpan.FromHours(1), other);
        await Queue.RawAsync("DEL", Queue.Key("de"));
        Assert.That(await ExamineAsync(mend: true), Has.Count.GreaterThan(0));
        Assert.That(await ExamineAsync(), Is.Empty);
    }

    [Test]
    public async Task Tasks_in_flight_without_a_worker_are_reclaimed_by_a_cluster()
    {
        var worker = await Queue.WorkerAsync();
        await Queue.AddAsync();
        await Queue.TakeAsync(worker, 1);
        await Queue.RawAsync("HDEL", Queue.Keys.Registrations, worker.Incarnation);
        Assert.That((await ExamineAsync(mend: true)).Select(f => f.Subject), Has.Some.EqualTo(worker.Incarnation));
        Assert.That((await Queue.Cluster.OrphansAsync(CancellationToken.None)).Select(o => o.Incarnation), Is.EqualTo(new[] { worker.Incarnation }));
    }

    [TestCase("cq", "cancel was requested")]
    [TestCase("wt", "clients wait")]
    public async Task An_entry_for_a_missing_task_is_removed(string key, string problem)
    {
        await Queue.RawAsync("HSET", Queue.Key(key), TestTask.New().Id.ToBytes(), "x");
        await AssertFoundAndMendedAsync(problem);
    }

    [Test]
    public async Task Cancels_for_a_missing_cluster_are_removed()
    {
        await Queue.RawAsync("SADD", Queue.Key("cn:gone"), TestTask.New().Id.ToBytes());
        await AssertFoundAndMendedAsync("cancels wait", "gone");
    }

    [Test]
    public async Task A_record_without_a_time_to_live_gets_one()
    {
        var worker = await Queue.WorkerAsync();
        var task = await Queue.AddAsync();
        await Queue.TakeAsync(worker, 1);
        await Queue.AckAsync(worker, task);
        await Queue.RawAsync("PERSIST", Queue.Keys.Record(task.Id.ToBytes()));
        await AssertFoundAndMendedAsync("no time-to-live", task.Id.ToString());
    }
}
