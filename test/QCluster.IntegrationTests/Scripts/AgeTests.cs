using QCluster.IntegrationTests.Broker;

namespace QCluster.IntegrationTests.Scripts;

/// <summary>For how long the head of a queue has waited is told from marks, since ids may be older.</summary>
public sealed class AgeTests : BrokerFixture
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(60);

    private async Task<TimeSpan?> OldestAsync() => (await Queue.SizesAsync()).OldestWaiting;

    [Test]
    public async Task The_age_grows_until_the_head_of_the_list_is_claimed()
    {
        var worker = await Queue.WorkerAsync();
        Assert.That(await OldestAsync(), Is.Null, "nothing waits");
        await Queue.AddAsync();
        await Queue.BeatAsync(first: false);
        var sinceMark = System.Diagnostics.Stopwatch.StartNew();
        await Task.Delay(Step);
        var sinceSecond = System.Diagnostics.Stopwatch.StartNew();
        await Queue.AddAsync();
        await Queue.BeatAsync(first: false);
        var least = sinceMark.Elapsed;
        var first = await OldestAsync();
        Assert.That(first, Is.GreaterThanOrEqualTo(least - TimeSpan.FromMilliseconds(2)));
        await Queue.TakeAsync(worker, 1);
        var second = await OldestAsync();
        Assert.That(second, Is.LessThanOrEqualTo(sinceSecond.Elapsed + TimeSpan.FromMilliseconds(2)), "the second one came later");
        await Queue.TakeAsync(worker, 1);
        Assert.That(await OldestAsync(), Is.Null);
    }

    [Test]
    public async Task The_age_of_a_delayed_task_counts_from_its_due_time()
    {
        var worker = await Queue.WorkerAsync();
        await Queue.EnqueueInAsync(TimeSpan.FromMilliseconds(500), TestTask.New());
        await Task.Delay(600);
        Assert.That((await Queue.SizesAsync()).DelayedLag, Is.GreaterThanOrEqualTo(TimeSpan.FromMilliseconds(90)));
        await Queue.TakeAsync(worker, 0);
        await Queue.BeatAsync(first: false);
        Assert.That(await OldestAsync(), Is.LessThan(TimeSpan.FromMilliseconds(400)));
        Assert.That((await Queue.SizesAsync()).DelayedLag, Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public async Task Without_any_cluster_the_age_comes_from_the_ids()
    {
        var task = await Queue.AddAsync();
        await Task.Delay(Step);
        // An id is never older than the one before it, which another test may have made with a clock that is ahead.
        var least = DateTimeOffset.UtcNow - task.Id.Created;
        Assert.That(await OldestAsync(), Is.GreaterThanOrEqualTo(least - TimeSpan.FromMilliseconds(2)).And.LessThan(TimeSpan.FromMinutes(1)));
    }

    [Test]
    public async Task A_growing_queue_has_few_marks_and_keeps_the_first()
    {
        await Queue.BeatAsync();
        for (var i = 0; i < 100; i++)
        {
            await Queue.AddAsync();
            await Queue.BeatAsync(first: false);
        }

        var marks = ((string)(await Queue.RawAsync("HGET", Queue.Key("ow"), "5"))!).Split(';');
        Assert.That(marks, Has.Length.LessThanOrEqualTo(17));
        Assert.That(marks[0], Does.StartWith("1:"));
        Assert.That(long.Parse(marks[^1].Split(':')[0]), Is.GreaterThan(90));
    }
}
