using System.Diagnostics;
using QCluster.TestSupport;

namespace QCluster.ChaosTests.RedisClusters;

/// <summary>One of three shards of a Redis Cluster is away, and has no replica.</summary>
internal sealed class ShardOutageTests : RedisClusterFixture
{
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(60);

    [TestCase(false)]
    [TestCase(true)]
    public async Task Queues_of_other_shards_keep_their_pace_and_lost_one_goes_on_by_itself(bool isKilled)
    {
        await using var redis = await RedisCluster.StartAsync(3, 0, "--cluster-require-full-coverage", "no", "--appendonly", "yes");
        string[] queues = [.. Enumerable.Range(0, 3).Select(i => redis.QueueOn(i))];
        await using var cluster = await ClusterProcess.StartAsync(redis.Endpoint, ["--workers", "1", .. queues.SelectMany(queue => new[] { "--queue", queue })]);
        await using var client = NewClient(redis.Endpoint);
        var loads = queues.Select(queue => Load.Start(client, Path.Combine(Folder, queue), queue, perSecond: 40)).ToArray();
        await Task.Delay(TimeSpan.FromSeconds(3));
        var before = await RatesAsync(loads, TimeSpan.FromSeconds(15));

        // Not the shard that has the list of queues, which the tool reads first.
        var away = await redis.OwnerOfAsync(RedisCluster.SlotOf("default")) is var list && redis.Masters[2] == list ? 1 : 2;
        var node = redis.Masters[away];
        await (isKilled ? node.KillAsync() : node.PauseAsync());
        var begun = Stopwatch.StartNew();
        var during = await RatesAsync(loads, TimeSpan.FromSeconds(20));
        var (_, shown, error) = await BuiltProgram.RunToolAsync(redis.Endpoint, "info");
        if (Outage - begun.Elapsed is { Ticks: > 0 } left)
            await Task.Delay(left);
        await (isKilled ? node.StartAgainAsync() : node.ResumeAsync());
        await Task.WhenAll(loads.Select(load => load.EndAsync(Wait)));

        for (var i = 0; i < 3; i++)
            TestContext.Out.WriteLine($"{(i == away ? "away" : "there")}: {before[i]:0.0} then {during[i]:0.0} tasks/s; {loads[i].Accepted} accepted, {loads[i].Failures.Count} refused, {loads[i].Lost} lost, {loads[i].Doubled} doubled, longest call {loads[i].Longest.TotalSeconds:0.0} s");
        Assert.Multiple(() =>
        {
            for (var i = 0; i < 3; i++)
            {
                Assert.That(loads[i].Lost, Is.Zero, $"lost {i}: {cluster.Log}");
                if (i == away)
                    continue;
                Assert.That(during[i], Is.GreaterThan(0.8 * before[i]), $"pace of {i}");
                Assert.That(loads[i].Failures, Is.Empty);
                Assert.That(loads[i].Doubled, Is.Zero);
            }

            Assert.That(shown, Does.Contain($"cannot reach queue {queues[away]} since").And.Contain($"{queues[(away + 1) % 3]}"), error);
            Assert.That(cluster.Log, Does.Not.Contain("declared dead").And.Not.Contain("was declared"));
        });
        var (exit, output, problem) = await BuiltProgram.RunToolAsync(redis.Endpoint, "doctor");
        Assert.That(exit, Is.Zero, output + problem);
    }

    private static async Task<double[]> RatesAsync(Load[] loads, TimeSpan period)
    {
        var watch = Stopwatch.StartNew();
        int[] first = [.. loads.Select(load => load.Done)];
        await Task.Delay(period);
        return [.. loads.Select((load, i) => (load.Done - first[i]) / watch.Elapsed.TotalSeconds)];
    }
}
