using QCluster.Broker;
using QCluster.IntegrationTests.Broker;

namespace QCluster.IntegrationTests.Scripts;

/// <summary>Whoever can write to Redis can put anything into a list.</summary>
public sealed class ClaimDamagedTests : BrokerFixture
{
    private static readonly byte[][] Damaged =
    [
        [],
        [1, 2, 3],
        TestTask.New(20).Element,
        [2, .. TestTask.New().Element[1..]],
        TestTask.New(TestQueue.MaxElementSize + 1).Element,
    ];

    [Test]
    public async Task Elements_that_are_too_short_too_large_or_of_another_version_are_set_aside_and_the_next_is_unharmed()
    {
        var worker = await Queue.WorkerAsync();
        foreach (var element in Damaged) await Queue.RawAsync("RPUSH", Queue.Keys.List(5), element);
        var largest = TestTask.New(TestQueue.MaxElementSize);
        await Queue.EnqueueAsync(largest);
        var reply = await Queue.ClaimAsync(worker.Wants(100));
        Assert.That(TestTask.Ids(TestTask.OfBlock(reply.Tasks[0]!)), Is.EqualTo(new[] { largest.Value }));
        Assert.That(reply.Damaged, Is.EqualTo(Damaged.Select(e => e.Take(256).ToArray())));
        Assert.That((await Queue.SizesAsync()).Refused, Is.EqualTo(Damaged.Length));
        Assert.That(await Queue.NumberAsync("LLEN", Queue.Key("bad")), Is.EqualTo(Damaged.Length));
        Assert.That(await Queue.NumberAsync("HLEN", Queue.Keys.InFlight(worker.Incarnation)), Is.EqualTo(1));
    }

    [Test]
    public async Task Only_the_last_hundred_are_kept()
    {
        var worker = await Queue.WorkerAsync();
        for (var i = 0; i < 130; i++) await Queue.RawAsync("RPUSH", Queue.Keys.List(5), new byte[] { 7 });
        await Queue.ClaimAsync(worker.Wants(1000));
        Assert.That(await Queue.NumberAsync("LLEN", Queue.Key("bad")), Is.EqualTo(100));
        Assert.That((await Queue.SizesAsync()).Refused, Is.EqualTo(130));
    }

    [Test]
    public async Task A_task_that_is_set_aside_is_not_said_to_wait_for_ever_and_leaves_nothing()
    {
        var worker = await Queue.WorkerAsync();
        var large = TestTask.New(TestQueue.MaxElementSize + 1);
        await Queue.EnqueueAsync(large);
        Assert.That((await Queue.WaitAsync(large, TimeSpan.FromMilliseconds(1))).Place, Is.EqualTo(TaskPlace.Unfinished));
        await Queue.TakeAsync(worker, 1);
        Assert.That((await Queue.LookupAsync(large)).Place, Is.EqualTo(TaskPlace.Unknown));
        Assert.That(await Queue.NumberAsync("EXISTS", Queue.Key("wt"), Queue.StateKey(large)), Is.Zero);
    }
}
