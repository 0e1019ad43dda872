using QCluster.Queue;
using QCluster.IntegrationTests.Broker;
using QCluster.Wire.Packets;

namespace QCluster.IntegrationTests.Scripts;

/// <summary>What becomes of an attempt that failed and is followed by another one, and of those that are given up.</summary>
public sealed class RetryScriptTests : BrokerFixture
{
    private async Task<(TestWorker Worker, TestTask Task)> RunningAsync(Action<FollowUps>? add = null)
    {
        var task = TestTask.New();
        if (add is not null)
        {
            var followUps = new FollowUps();
            add(followUps);
            task = task with { Element = followUps.ApplyTo(task.Element) };
        }

        var worker = await Queue.WorkerAsync();
        await Queue.EnqueueAsync(8, task);
        return (worker, (await Queue.TakeAsync(worker, 1)).Single());
    }

    private Task<AckStatus[]> EndAsync(TestWorker worker, TestTask task, AckKind kind, long milliseconds, string outcome = "failed") =>
        Queue.Cluster.AckAsync(worker.Incarnation, [new AckItem(task.Attempt, System.Text.Encoding.UTF8.GetBytes(outcome), milliseconds, kind)], CancellationToken.None);

    private static string[] History(TestTask task)
    {
        TaskElement.EnvelopeOf(task.Element, out _, out var history);
        return [.. TaskElement.OutcomesOf(history).Select(o => System.Text.Encoding.UTF8.GetString(o.Span))];
    }

    [Test]
    public async Task A_retried_task_keeps_its_id_priority_and_history()
    {
        var (worker, task) = await RunningAsync(f => f.AddGroup("g"));
        Assert.That(await EndAsync(worker, task, AckKind.Retry, 60_000, "first"), Is.EqualTo(new[] { AckStatus.Saved }));
        var lookup = await Queue.LookupAsync(task);
        Assert.That(lookup.Place, Is.EqualTo(TaskPlace.Delayed));
        Assert.That(lookup.Due, Is.EqualTo(DateTimeOffset.UtcNow.AddSeconds(60)).Within(TimeSpan.FromSeconds(5)));
        Assert.That(History(TestTask.Of(lookup.Element.ToArray())), Is.EqualTo(new[] { "first" }));
        Assert.That(await Queue.TakeAsync(worker, 5), Is.Empty);

        await Queue.RawAsync("ZADD", Queue.Keys.Delayed, 1, task.Id.ToBytes());
        var second = (await Queue.TakeAsync(worker, 5)).Single();
        Assert.That((TaskElement.Read(second.Element).Key, second.Value), Is.EqualTo((new AttemptKey(2, task.Value), task.Value)));
        await EndAsync(worker, second, AckKind.Retry, 0, "second");
        Assert.That((await Queue.SizesAsync()).WaitingByPriority[8], Is.EqualTo(1), "its priority");
        var third = (await Queue.TakeAsync(worker, 5)).Single();
        Assert.That(History(third), Is.EqualTo(new[] { "first", "second" }));
        await Queue.AckAsync(worker, third);

        var sizes = await Queue.SizesAsync();
        Assert.That((sizes.Succeeded, sizes.Failed, sizes.Retried, sizes.Waiting + sizes.Delayed + sizes.Running), Is.EqualTo((1, 0, 2, 0)));
        var record = (await Queue.LookupAsync(task)).Record.ToArray();
        Assert.That(History(TestTask.Of(record[TestQueue.OutcomeOf(third).Length..])), Is.EqualTo(new[] { "first", "second" }), "the record has them too");
        Assert.That(await Queue.NumberAsync("LLEN", Queue.Key("g:g")), Is.EqualTo(1), "a member once");
    }

    [Test]
    public async Task A_repeated_outcome_makes_one_attempt()
    {
        var (worker, task) = await RunningAsync();
        await EndAsync(worker, task, AckKind.Retry, 0);
        Assert.That(await EndAsync(worker, task, AckKind.Retry, 0), Is.EqualTo(new[] { AckStatus.Duplicate }));
        Assert.That(await Queue.TakeAsync(worker, 5), Has.Count.EqualTo(1));
        Assert.That(await Queue.TakeAsync(worker, 5), Is.Empty);
    }

    [Test]
    public async Task A_task_with_a_requested_cancel_is_not_retried()
    {
        var (worker, task) = await RunningAsync();
        Assert.That(await Queue.CancelAsync(task), Is.EqualTo(CancelResult.Requested));
        await EndAsync(worker, task, AckKind.Retry, 0);
        Assert.That((await Queue.LookupAsync(task)).Place, Is.EqualTo(TaskPlace.Finished));
        Assert.That((await Queue.SizesAsync()).Cancelled, Is.EqualTo(1));
        Assert.That(await Queue.TakeAsync(worker, 5), Is.Empty);
    }

    [Test]
    public async Task A_task_that_waits_for_its_retry_can_be_cancelled()
    {
        var (worker, task) = await RunningAsync();
        await EndAsync(worker, task, AckKind.Retry, 60_000);
        Assert.That(await Queue.CancelAsync(task), Is.EqualTo(CancelResult.Cancelled));
        Assert.That(await Queue.NumberAsync("EXISTS", Queue.Keys.Delayed, Queue.Key("de"), Queue.StateKey(task)), Is.Zero);
    }

    [Test]
    public async Task A_very_long_history_loses_its_oldest_attempts()
    {
        var (worker, task) = await RunningAsync();
        for (var i = 1; i <= 12; i++)
        {
            await EndAsync(worker, task, AckKind.Retry, 0, $"{i} " + new string('x', 4000));
            task = (await Queue.TakeAsync(worker, 1)).Single();
        }

        Assert.That(History(task).Select(o => o.Split(' ')[0]), Is.EqualTo(new[] { "5", "6", "7", "8", "9", "10", "11", "12" }));
    }

    [Test]
    public async Task A_lost_attempt_is_part_of_the_history()
    {
        var (worker, task) = await RunningAsync();
        await Queue.Cluster.FenceAsync(worker.Incarnation, CancellationToken.None);
        await Queue.Cluster.ReclaimAsync(worker.Incarnation, [new ReclaimItem(task.Attempt, ReclaimDecision.Lost, "lost"u8.ToArray(), 0)], CancellationToken.None);
        var again = (await Queue.TakeAsync(await Queue.WorkerAsync(), 1)).Single();
        Assert.That(History(again), Is.EqualTo(new[] { "lost" }));
        Assert.That(TaskElement.Read(again.Element).Lost, Is.EqualTo(1));
    }

    [Test]
    public async Task A_killed_attempt_may_be_followed_by_another()
    {
        var (worker, task) = await RunningAsync();
        await Queue.Cluster.FenceAsync(worker.Incarnation, CancellationToken.None);
        await Queue.Cluster.ReclaimAsync(worker.Incarnation, [new ReclaimItem(task.Attempt, ReclaimDecision.Retry, "killed"u8.ToArray(), 60_000)], CancellationToken.None);
        var lookup = await Queue.LookupAsync(task);
        Assert.That(lookup.Place, Is.EqualTo(TaskPlace.Delayed));
        Assert.That(TaskElement.Read(lookup.Element.Span).Lost, Is.Zero, "it did not lose its worker");
    }

    [Test]
    public async Task A_dead_lettered_record_outlives_the_limit_of_uncached_ones()
    {
        await Queue.Cluster.AnnounceAsync(Queue.Name, 1, TimeSpan.FromDays(3), mails: false, CancellationToken.None);
        var (worker, task) = await RunningAsync();
        await EndAsync(worker, task, AckKind.GivenUp, -60_000);
        Assert.That(await Queue.NumberAsync("PTTL", Queue.Keys.Record(task.Id.ToBytes())), Is.GreaterThan(TimeSpan.FromDays(2).TotalMilliseconds));
        Assert.That(await Queue.NumberAsync("ZCARD", Queue.Key("dl")), Is.EqualTo(1));
        Assert.That((await Queue.SizesAsync()).Failed, Is.EqualTo(1));

        // Entries are dropped once they are older than a minute.
        var entry = (byte[])(await Queue.RawAsync("LINDEX", Queue.Key("sv:4"), 0))!;
        await Queue.RawAsync("LSET", Queue.Key("sv:4"), 0, (byte[])[.. entry[..16], 0, 0, 0, 1]);
        var (other, next) = await RunningAsync();
        await EndAsync(other, next, AckKind.Failed, -60_000);
        Assert.That(await Queue.NumberAsync("LLEN", Queue.Key("sv:4")), Is.EqualTo(1), "it left the list of uncached ones");
        Assert.That(await Queue.NumberAsync("EXISTS", Queue.Keys.Record(task.Id.ToBytes())), Is.EqualTo(1), "and is there all the same");
    }

    [Test]
    public async Task Failures_are_queued_for_mail_only_where_mails_are_enabled()
    {
        foreach (var mails in new[] { false, true })
        {
            await Queue.Cluster.AnnounceAsync(Queue.Name, 250, TimeSpan.FromDays(1), mails, CancellationToken.None);
            var (worker, task) = await RunningAsync();
            await EndAsync(worker, task, AckKind.Retry, 0);
            task = (await Queue.TakeAsync(worker, 1)).Single();
            Assert.That(await Queue.NumberAsync("LLEN", Queue.Key("em")), Is.Zero, "not each attempt");
            await EndAsync(worker, task, AckKind.GivenUp, 60_000);
            Assert.That(await Queue.NumberAsync("LLEN", Queue.Key("em")), Is.EqualTo(mails ? 1 : 0));
        }
    }
}
