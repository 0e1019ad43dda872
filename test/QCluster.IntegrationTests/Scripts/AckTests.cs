using QCluster.Queue;
using QCluster.IntegrationTests.Broker;
using QCluster.Redis;

namespace QCluster.IntegrationTests.Scripts;

public sealed class AckTests : BrokerFixture
{
    [Test]
    public async Task An_outcome_is_saved_once_with_element_time_to_live_and_counter()
    {
        var worker = await Queue.WorkerAsync();
        var task = await Queue.AddAsync();
        await Queue.TakeAsync(worker, 1);
        Assert.That(await Queue.AckAsync(worker, task), Is.EqualTo(new[] { AckStatus.Saved }));
        var lookup = await Queue.LookupAsync(task);
        Assert.That(lookup.Place, Is.EqualTo(TaskPlace.Finished));
        Assert.That(lookup.Record.ToArray(), Is.EqualTo((byte[])[.. TestQueue.OutcomeOf(task), .. task.Element]));
        Assert.That(await Queue.NumberAsync("PTTL", Queue.Keys.Record(task.Id.ToBytes())), Is.InRange(50_000, 60_000));
        Assert.That(await Queue.HasStateAsync(task), Is.False);
        Assert.That(await Queue.NumberAsync("EXISTS", Queue.Keys.InFlight(worker.Incarnation)), Is.Zero);
        Assert.That((await Queue.SizesAsync()).Succeeded, Is.EqualTo(1));
    }

    [Test]
    public async Task A_repeated_outcome_is_a_duplicate_and_changes_nothing()
    {
        var worker = await Queue.WorkerAsync();
        var task = await Queue.AddAsync();
        await Queue.TakeAsync(worker, 1);
        await Queue.AckAsync(worker, task);
        var again = await Queue.Cluster.AckAsync(worker.Incarnation, [new AckItem(task.Attempt, [9], 1, TaskState.Failed)], CancellationToken.None);
        Assert.That(again, Is.EqualTo(new[] { AckStatus.Duplicate }));
        Assert.That((await Queue.LookupAsync(task)).Record.Span.StartsWith(TestQueue.OutcomeOf(task)), Is.True);
        Assert.That((await Queue.SizesAsync()).Failed, Is.Zero);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_worker_whose_tasks_were_reclaimed_is_fenced(bool stillMarked)
    {
        var worker = await Queue.WorkerAsync();
        var tasks = await Queue.AddManyAsync(2);
        await Queue.TakeAsync(worker, 2);
        // A mark stays as long as a task is left there.
        await Queue.FenceAndReclaimAsync(worker, ReclaimDecision.Lost, stillMarked ? tasks[..1] : tasks);
        Assert.That(await Queue.AckAsync(worker, tasks[0]), Is.EqualTo(new[] { AckStatus.Fenced }));
        Assert.That((await Queue.LookupAsync(tasks[0])).Place, Is.EqualTo(TaskPlace.Waiting));
        Assert.That((await Queue.SizesAsync()).Succeeded, Is.Zero);
    }

    [Test]
    public async Task An_attempt_named_twice_in_one_call_counts_once()
    {
        var worker = await Queue.WorkerAsync();
        var tasks = await Queue.AddManyAsync(2);
        await Queue.TakeAsync(worker, 2);
        Assert.That(await Queue.AckAsync(worker, tasks[0], tasks[1], tasks[0]), Is.EqualTo(new[] { AckStatus.Saved, AckStatus.Saved, AckStatus.Duplicate }));
        Assert.That((await Queue.SizesAsync()).Succeeded, Is.EqualTo(2));
    }

    [Test]
    public async Task Each_outcome_raises_its_own_counter()
    {
        var worker = await Queue.WorkerAsync();
        var tasks = await Queue.AddManyAsync(4);
        await Queue.TakeAsync(worker, 4);
        TaskState[] states = [TaskState.Succeeded, TaskState.Failed, TaskState.Cancelled, TaskState.Failed];
        await Queue.Cluster.AckAsync(worker.Incarnation, [.. tasks.Select((t, i) => new AckItem(t.Attempt, [1], 60_000, states[i]))], CancellationToken.None);
        var sizes = await Queue.SizesAsync();
        Assert.That((sizes.Succeeded, sizes.Failed, sizes.Cancelled), Is.EqualTo((1, 2, 1)));
    }

    [Test]
    public async Task A_result_that_is_not_kept_leaves_an_empty_mark_for_a_while()
    {
        var worker = await Queue.WorkerAsync();
        var task = await Queue.AddAsync();
        await Queue.TakeAsync(worker, 1);
        await Queue.Cluster.AckAsync(worker.Incarnation, [new AckItem(task.Attempt, [1], 0, TaskState.Succeeded)], CancellationToken.None);
        var lookup = await Queue.LookupAsync(task);
        Assert.That((lookup.Place, lookup.Record.Length), Is.EqualTo((TaskPlace.Finished, 0)));
        Assert.That(await Queue.NumberAsync("PTTL", Queue.Keys.Record(task.Id.ToBytes())), Is.InRange(100_000, 120_000));
    }

    [Test]
    public async Task Each_waiting_client_is_notified_once_with_the_record()
    {
        var worker = await Queue.WorkerAsync();
        var tasks = await Queue.AddManyAsync(2);
        await Queue.TakeAsync(worker, 2);
        var heard = new System.Collections.Concurrent.ConcurrentQueue<(string Channel, byte[] Message)>();
        string[] channels = ["one", "two"];
        var script = RedisScript.Load("lookup");
        foreach (var channel in channels)
        {
            await Queue.Connection.SubscribeAsync(Queue.Name + channel, message => heard.Enqueue((channel, message)));
            for (var i = 0; i < 2; i++)
                await Queue.Connection.ScriptAsync(script, [Queue.Keys.Record(tasks[0].Id.ToBytes())], [Queue.Keys.Prefix, tasks[0].Id.ToBytes(), Queue.Name + channel], RetryMode.Idempotent);
        }

        await Queue.AckAsync(worker, tasks);
        await Queue.AckAsync(worker, tasks);
        // Messages keep their order, so the last of each channel says that the others have come.
        foreach (var channel in channels) await Queue.RawAsync("PUBLISH", Queue.Name + channel, "end");
        await QCluster.TestSupport.Eventually.IsTrue(() => heard.Count(h => h.Message.Length == 3) == 2);
        byte[] expected = [.. tasks[0].Id.ToBytes(), .. TestQueue.OutcomeOf(tasks[0]), .. tasks[0].Element];
        foreach (var channel in channels)
            Assert.That(heard.Where(h => h.Channel == channel && h.Message.Length > 3).Select(h => h.Message), Is.EqualTo(new[] { expected }));
        Assert.That(await Queue.NumberAsync("EXISTS", Queue.Key("wt")), Is.Zero);
    }
}
