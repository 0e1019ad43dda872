using QCluster.IntegrationTests.Broker;

namespace QCluster.IntegrationTests.Scripts;

/// <summary>For how long the head of a queue has waited is told from marks, since ids may be older.</summary>
public sealed class AgeTests : BrokerFixture
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(60);

    private async Task<TimeSpan?> OldestAsync() => (await Queue.SizesAsync()).OldestWaiting;

    [Test]
    public async Task The_age_grows_while_the_head_stays_and_falls_when_it_goes()
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
    public async Task A_delayed_task_has_waited_since_it_became_due_and_not_since_it_was_enqueued()
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
    public async Task Without_any_cluster_the_ids_tell()
    {
        await Queue.AddAsync();
        await Task.Delay(Step);
        Assert.That(await OldestAsync(), Is.GreaterThanOrEqualTo(Step - TimeSpan.FromMilliseconds(2)).And.LessThan(TimeSpan.FromMinutes(1)));
    }

    [Test]
    public async Task However_long_a_queue_grows_the_marks_stay_few_and_the_first_one_stays()
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
