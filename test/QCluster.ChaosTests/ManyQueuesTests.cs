using System.Globalization;
using QCluster.TestSupport;

namespace QCluster.ChaosTests;

/// <summary>One cluster that serves many queues.</summary>
internal sealed class ManyQueuesTests : ClusterFixture
{
    private const int Queues = 60;
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(20);

    private static string[] Arguments => [.. Enumerable.Range(0, Queues).SelectMany(i => new[] { "--queue", $"q{i}" }), "--workers", "1"];

    private static async Task<Dictionary<string, long>> CountsAsync(RedisServer server) =>
        (await server.CallAsync("INFO", "commandstats")).Split('\n').Where(l => l.StartsWith("cmdstat_", StringComparison.Ordinal))
            .ToDictionary(l => l[8..l.IndexOf(':', StringComparison.Ordinal)], l => long.Parse(l.Split('=')[1].Split(',')[0], CultureInfo.InvariantCulture), StringComparer.Ordinal);

    private static async Task<int> ConnectionsAsync(RedisServer server) =>
        (await server.CallAsync("CLIENT", "LIST")).Split('\n').Count(l => l.Contains("name=qcluster-pusher", StringComparison.Ordinal) || l.Contains("name=qcluster-monitor", StringComparison.Ordinal) || l.Contains("name=qcluster-sentinel", StringComparison.Ordinal) || l.Contains("name=qcluster-gateway", StringComparison.Ordinal));

    private Task<bool[]> AddEverywhereAsync(Func<int, TimeSpan?> delay) => Task.WhenAll(Enumerable.Range(0, Queues).Select(async i =>
        await Client.Result<int>(await Client.Async(new TaskCall("math.add", i, 1), new TaskOptions { Queue = $"q{i}", Delay = delay(i) }), Wait) == i + 1));

    [Test]
    public async Task Connections_and_idle_calls_do_not_grow_with_the_queues()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, Arguments);
        Assert.That(await AddEverywhereAsync(_ => null), Is.All.True, cluster.Log);
        Assert.That(await ConnectionsAsync(Redis), Is.LessThanOrEqualTo(12));
        // What a look after the work may still bring.
        await Task.Delay(TimeSpan.FromSeconds(3));
        var before = await CountsAsync(Redis);
        await Task.Delay(TimeSpan.FromSeconds(10));
        var after = await CountsAsync(Redis);
        Assert.That(after["evalsha"] - before["evalsha"], Is.LessThan(150), "one queue alone takes 25");
        Assert.That(after["blpop"] - before["blpop"], Is.LessThan(30));
    }

    [Test]
    public async Task Tasks_of_all_queues_run_while_one_queue_is_busy()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, Arguments);
        for (var round = 0; round < 5; round++)
        {
            Assert.That(await AddEverywhereAsync(i => i % 3 == 0 ? TimeSpan.FromMilliseconds(20 * i) : null), Is.All.True, cluster.Log);
            // One queue is busy while the others wait for their tokens.
            var busy = await Client.AsyncBulk(Enumerable.Range(0, 200).Select(_ => new TaskCall("demo.sleep", 0.01)), new TaskOptions { Queue = "q7" });
            var started = DateTimeOffset.UtcNow;
            Assert.That(await Client.Result<int>(await Client.Async(new TaskCall("math.add", 1, 1), new TaskOptions { Queue = "q50" }), Wait), Is.EqualTo(2), cluster.Log);
            Assert.That(DateTimeOffset.UtcNow - started, Is.LessThan(TimeSpan.FromSeconds(5)));
            await FetchAllAsync(busy, Wait);
        }
    }

    [Test]
    public async Task On_Redis_Cluster_each_queue_is_waited_for_separately()
    {
        await using var server = await RedisServer.StartAsync(new RedisServerOptions { ExtraArguments = ["--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1"] });
        await server.CallAsync("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
        await Eventually.IsTrue(async () => (await server.CallAsync("CLUSTER", "INFO")).Contains("cluster_state:ok", StringComparison.Ordinal));
        await using var cluster = await ClusterProcess.StartAsync(server.Endpoint, "--workers", "1", "--queue", "a", "--queue", "b", "--queue", "c");
        await using var client = NewClient(server.Endpoint);
        for (var round = 0; round < 10; round++)
        {
            foreach (var queue in new[] { "a", "b", "c" })
                Assert.That(await client.Result<int>(await client.Async(new TaskCall("math.add", round, 1), new TaskOptions { Queue = queue }), Wait), Is.EqualTo(round + 1), cluster.Log);
        }

        Assert.That(cluster.Log, Does.Contain("CROSSSLOT"));
    }
}
