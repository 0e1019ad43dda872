using QCluster.Queue;
using QCluster.IntegrationTests.Broker;
using QCluster.Redis;
using StackExchange.Redis;

namespace QCluster.IntegrationTests.Scripts;

/// <summary>Whoever can write to Redis can put anything into a list.</summary>
public sealed class ClaimDamagedTests : BrokerFixture
{
    private static readonly byte[][] Damaged =
    [
        [],
        [1, 2, 3],
        TestTask.New(20).Element,
        [0, .. TestTask.New().Element[1..]],
        [2, .. TestTask.New().Element[1..]],
        TestTask.New(TestQueue.MaxElementSize + 1).Element,
    ];

    [Test]
    public async Task Damaged_elements_are_set_aside_and_the_next_one_is_claimed()
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
    public async Task Only_the_last_hundred_damaged_elements_are_kept()
    {
        var worker = await Queue.WorkerAsync();
        for (var i = 0; i < 130; i++) await Queue.RawAsync("RPUSH", Queue.Keys.List(5), new byte[] { 7 });
        await Queue.ClaimAsync(worker.Wants(1000));
        Assert.That(await Queue.NumberAsync("LLEN", Queue.Key("bad")), Is.EqualTo(100));
        Assert.That((await Queue.SizesAsync()).Refused, Is.EqualTo(130));
    }

    [Test]
    public async Task A_task_that_is_set_aside_becomes_unknown_and_leaves_no_keys()
    {
        var worker = await Queue.WorkerAsync();
        var large = TestTask.New(TestQueue.MaxElementSize + 1);
        await Queue.EnqueueAsync(large);
        Assert.That((await Queue.WaitAsync(large, TimeSpan.FromMilliseconds(1))).Place, Is.EqualTo(TaskPlace.Unfinished));
        await Queue.TakeAsync(worker, 1);
        Assert.That((await Queue.LookupAsync(large)).Place, Is.EqualTo(TaskPlace.Unknown));
        Assert.That(await Queue.NumberAsync("EXISTS", Queue.Key("wt"), Queue.StateKey(large)), Is.Zero);
    }

    [Test]
    public async Task A_task_of_a_later_version_waits_for_newer_pushers()
    {
        var worker = await Queue.WorkerAsync();
        var later = await Queue.AddManyAsync(2);
        for (var i = 0; i < 2; i++) await Queue.RawAsync("LSET", Queue.Keys.List(5), i, (byte[])[2, .. later[i].Element[1..]]);
        var known = await Queue.AddAsync();
        Assert.That(TestTask.Ids(await Queue.TakeAsync(worker, 10)), Is.EqualTo(new[] { known.Value }));
        var sizes = await Queue.SizesAsync();
        Assert.That((sizes.Waiting, sizes.Refused), Is.EqualTo((2, 0)));
        Assert.That(await Queue.CancelAsync(later[0]), Is.EqualTo(CancelResult.Cancelled));

        var claim = RedisScript.Load("claim");
        var newer = new RedisScript("claim", claim.Text.Replace("local VERSION = 1", "local VERSION = 2", StringComparison.Ordinal));
        var reply = (RedisResult[])(await Queue.Connection.ScriptAsync(newer, [Queue.Keys.Registrations], [Queue.Keys.Prefix, TestQueue.MaxElementSize, 0, worker.Incarnation, worker.Registration, "10:10:10:10"], RetryMode.Idempotent))!;
        Assert.That(((byte[][])reply[4]!)[0][4..], Is.EqualTo((byte[])[2, .. later[1].Element[1..]]));
        Assert.That(await Queue.NumberAsync("EXISTS", Queue.Key("nv"), Queue.Key("bad")), Is.Zero);
    }
}
