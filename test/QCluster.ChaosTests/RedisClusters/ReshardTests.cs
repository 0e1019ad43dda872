using QCluster.TestSupport;

namespace QCluster.ChaosTests.RedisClusters;

/// <summary>The slot of a live queue is moved to another node of a Redis Cluster.</summary>
internal sealed class ReshardTests : RedisClusterFixture
{
    private const int Records = 5_000;
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(60);

    [Test]
    public async Task Queue_is_moved_there_and_back_three_times_under_load()
    {
        await using var redis = await RedisCluster.StartAsync();
        var queue = redis.QueueOn(1);
        await using var cluster = await ClusterProcess.StartAsync(redis.Endpoint, "--queue", queue, "--queue", "default", "--workers", "2");
        await using var client = NewClient(redis.Endpoint);
        // Records that move with the queue, so that moving takes some time.
        await client.AsyncBulk(Enumerable.Range(0, Records).Select(i => new TaskCall("math.add", i, 1)), new TaskOptions { Queue = queue });
        await Eventually.IsTrue(async () => (await client.Queues.Sizes(queue)).Succeeded == Records, Wait);
        var load = Load.Start(client, Append, queue, perSecond: 100);
        var (here, there) = (redis.Masters[1], redis.Masters[2]);
        for (var round = 0; round < 3; round++)
        {
            Assert.That(await redis.ReshardAsync(here, there), Is.Null, cluster.Log);
            await Task.Delay(TimeSpan.FromSeconds(1));
            Assert.That(await redis.ReshardAsync(there, here), Is.Null, cluster.Log);
            await Task.Delay(TimeSpan.FromSeconds(1));
        }

        await load.EndAsync(Wait);
        TestContext.Out.WriteLine($"{load.Accepted} accepted, {load.Lost} lost, {load.Doubled} doubled, longest call {load.Longest.TotalSeconds:0.0} s");
        Assert.Multiple(() =>
        {
            Assert.That(load.Failures, Is.Empty);
            Assert.That(load.Lost, Is.Zero, cluster.Log);
            Assert.That(load.Doubled, Is.Zero);
            Assert.That(cluster.Log, Does.Not.Contain("non local key"));
        });
        var (exit, output, error) = await BuiltProgram.RunToolAsync(redis.Endpoint, "doctor");
        Assert.That(exit, Is.Zero, output + error);
    }

    [Test]
    public async Task Half_moved_slot_stops_its_queue_alone_until_it_is_whole()
    {
        await using var redis = await RedisCluster.StartAsync();
        var (moved, other) = (redis.QueueOn(1), redis.QueueOn(0));
        var slot = RedisCluster.SlotOf("default", moved);
        string[] arguments = ["--queue", moved, "--queue", other, "--workers", "1"];
        await using var one = await ClusterProcess.StartAsync(redis.Endpoint, arguments);
        await using var two = await ClusterProcess.StartAsync(redis.Endpoint, arguments);
        await using var client = NewClient(redis.Endpoint);
        // They run when the move begins, and their heartbeats run out during it.
        var running = await client.AsyncBulk(Enumerable.Range(0, 6).Select(i => new TaskCall("demo.append", Append, $"long {i}", 20_000)), new TaskOptions { Queue = moved });
        await Eventually.IsTrue(async () => (await client.Queues.Sizes(moved)).Running == running.Count);
        var (here, there) = (redis.Masters[1], redis.Masters[2]);
        var keys = (await RedisCluster.KeysInAsync(slot, here)).Length;
        await RedisCluster.BeginMoveAsync(slot, here, there, keys / 2);
        var gone = await RedisCluster.KeysInAsync(slot, there);

        var elsewhere = Load.Start(client, Path.Combine(Folder, "other"), other, perSecond: 20);
        var calls = Enumerable.Range(0, 20).Select(i => OutcomeAsync(client.Async(new TaskCall("demo.append", Append, $"{i}", 0), new TaskOptions { Queue = moved }))).ToArray();
        var (exit, output, error) = await BuiltProgram.RunToolAsync(redis.Endpoint, "doctor");
        Assert.That(output, Does.Contain(moved).And.Contain("moved to another node"), error);
        Assert.That(exit, Is.Not.Zero);
        var (_, queues, _) = await BuiltProgram.RunToolAsync(redis.Endpoint, "queues");
        Assert.That(queues, Does.Contain("moved to another node").And.Contain(other));
        await Task.Delay(TimeSpan.FromSeconds(25));
        Assert.That(await RedisCluster.KeysInAsync(slot, there), Is.SubsetOf(gone), "nothing new may be written where the slot is to go");
        await elsewhere.EndAsync(TimeSpan.FromSeconds(5));
        Assert.That((elsewhere.Lost, elsewhere.Failures.Count), Is.EqualTo((0, 0)), "another queue goes on");

        await RedisCluster.EndMoveAsync(here);
        var outcomes = await Task.WhenAll(calls);
        foreach (var failure in outcomes.OfType<BrokerException>())
            Assert.That(failure.Message, Does.Contain("moved to another node"));
        var after = await client.Async(new TaskCall("demo.append", Append, "after", 0), new TaskOptions { Queue = moved });
        foreach (var id in (string[])[.. running, after, .. outcomes.OfType<string>()])
            Assert.That((await client.Fetch(id, Wait))?.Success, Is.True, one.Log + two.Log);
        Assert.That(Lines(Append).Values, Is.All.EqualTo(1), "each ran once: nobody took the tasks of a live cluster");
        Assert.That(one.Log + two.Log, Does.Not.Contain("declared dead"));
        (exit, output, error) = await BuiltProgram.RunToolAsync(redis.Endpoint, "doctor");
        Assert.That(exit, Is.Zero, output + error);
    }

    private static async Task<object> OutcomeAsync(Task<string> call)
    {
        try
        {
            return await call;
        }
        catch (BrokerException e)
        {
            return e;
        }
    }
}
