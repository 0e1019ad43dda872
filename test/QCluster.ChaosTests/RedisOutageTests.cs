using System.Globalization;
using QCluster.TestSupport;

namespace QCluster.ChaosTests;

internal sealed class RedisOutageTests : ClusterFixture
{
    [Test]
    public async Task No_task_is_lost_when_Redis_is_down_for_three_seconds_under_load()
    {
        const int count = 400;
        var path = Path.Combine(Folder, "lines");
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint);
        var enqueued = Task.WhenAll(Enumerable.Range(0, 4).Select(async part =>
        {
            var ids = new List<string>();
            for (var i = 0; i < count / 4; i++)
                ids.Add(await Client.Async("demo.append", path, $"{part}.{i}", 50));
            return ids;
        }));
        await Eventually.IsTrue(async () => (await Client.Queues.Sizes()).Succeeded >= 20);
        await Redis.StopAsync();
        await Task.Delay(TimeSpan.FromSeconds(3));
        await Redis.StartAgainAsync();
        var back = DateTimeOffset.UtcNow;
        var before = (await Client.Queues.Sizes()).Succeeded;
        await Eventually.IsTrue(async () => (await Client.Queues.Sizes()).Succeeded > before, TimeSpan.FromSeconds(10));
        var delay = DateTimeOffset.UtcNow - back;

        var ids = (await enqueued).SelectMany(i => i).ToArray();
        var records = await FetchAllAsync(ids, TimeSpan.FromSeconds(60));
        Assert.Multiple(() =>
        {
            Assert.That(delay, Is.LessThan(TimeSpan.FromSeconds(2)), "work goes on");
            Assert.That(records.Select(r => r.State), Is.All.EqualTo(TaskState.Succeeded), cluster.Log);
            Assert.That(Lines(path), Has.Count.EqualTo(count));
            Assert.That(Lines(path).Values, Is.All.EqualTo(1), "no worker died, so nothing ran twice");
        });
        await AssertNothingIsLeftAsync();
    }

    /// <summary>The commands are known by what only they send: the wake token for CLAIM's list, the outcome for ACK, the list for enqueue.</summary>
    [TestCase("enqueue")]
    [TestCase("claim")]
    [TestCase("ack")]
    [TestCase("resync")]
    [TestCase("register")]
    [TestCase("heartbeat")]
    public async Task A_lost_reply_gives_one_outcome_and_no_stall(string script)
    {
        var hash = global::QCluster.Redis.RedisScript.Load(script).Hash;
        await using var proxy = new FaultProxy(Redis.Port);
        var cut = proxy.Plan(Fault.CutReply, request => request.Span.IndexOf(System.Text.Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash))) >= 0 || request.Span.IndexOf(hash) >= 0, nth: script == "claim" ? 3 : 1);
        await using var cluster = await ClusterProcess.StartAsync(proxy.Endpoint);
        await using var client = NewClient(proxy.Endpoint);
        var path = Path.Combine(Folder, "lines");
        var ids = new List<string>();
        var slowest = TimeSpan.Zero;
        for (var i = 0; i < 20; i++)
        {
            var started = DateTimeOffset.UtcNow;
            var id = await client.Async("demo.append", path, $"{i}", 0);
            Assert.That((await client.Fetch(id, TimeSpan.FromSeconds(10)))!.State, Is.EqualTo(TaskState.Succeeded), cluster.Log);
            slowest = DateTimeOffset.UtcNow - started > slowest ? DateTimeOffset.UtcNow - started : slowest;
            ids.Add(id);
        }

        await cut.WaitAsync(TimeSpan.FromSeconds(10));
        var sizes = await Client.Queues.Sizes();
        Assert.Multiple(() =>
        {
            Assert.That(slowest, Is.LessThan(TimeSpan.FromSeconds(2)), "nothing stalls");
            Assert.That(sizes.Succeeded, Is.EqualTo(20), "one outcome each");
            Assert.That(Lines(path).Values, Is.All.EqualTo(1));
            Assert.That(Lines(path), Has.Count.EqualTo(20));
        });
        await AssertNothingIsLeftAsync();
    }

    [Test]
    public async Task An_idle_cluster_costs_redis_fewer_than_twenty_commands_a_second()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint);
        await Client.Result<double>(await Client.Async("math.copysign", 2, -2), TimeSpan.FromSeconds(10));
        var before = await CommandsAsync();
        // Whole periods of all regular looks.
        await Task.Delay(TimeSpan.FromSeconds(10));
        Assert.That((await CommandsAsync() - before) / 10.0, Is.LessThan(20));
    }

    /// <summary>Commands that clients sent; those inside scripts count too, which is to our disadvantage.</summary>
    private async Task<long> CommandsAsync()
    {
        const string field = "total_commands_processed:";
        var info = await Redis.CallAsync("INFO", "stats");
        var start = info.IndexOf(field, StringComparison.Ordinal) + field.Length;
        return long.Parse(info[start..info.IndexOf('\r', start)], CultureInfo.InvariantCulture);
    }
}
