using QCluster.Redis;
using QCluster.TestSupport;
using StackExchange.Redis;

namespace QCluster.IntegrationTests.Redis.Connection;

/// <summary>What nodes of a Redis Cluster answer instead of a reply, each made to occur.</summary>
public sealed class RedisClusterTests : RedisConnectionFixture
{
    private const string Tag = "q:{default:moved}:";
    private static readonly int Slot = RedisCluster.SlotOf("default", "moved");
    private static readonly RedisScript Count = new("count", "redis.call('INCR', string.sub(KEYS[1], 1, -2) .. 'built')\nreturn redis.call('INCR', KEYS[1])");

    private static Task<RedisResult> CountAsync(RedisConnection connection) => connection.ScriptAsync(Count, [Tag + "c"], [], RetryMode.Idempotent);

    private static async Task<(RedisServer From, RedisServer To)> NodesAsync(RedisCluster cluster)
    {
        var from = await cluster.OwnerOfAsync(Slot);
        return (from, cluster.Masters.First(node => node != from));
    }

    [Test]
    public async Task Script_of_half_moved_slot_waits_and_makes_no_key_elsewhere()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var connection = Connect(cluster.Endpoint);
        await CountAsync(connection);
        var (from, to) = await NodesAsync(cluster);
        // One of its two keys: which of them is Redis's choice.
        await RedisCluster.BeginMoveAsync(Slot, from, to, 1);
        var waiting = CountAsync(connection);
        await Task.Delay(TimeSpan.FromSeconds(2));
        Assert.That(waiting.IsCompleted, Is.False);
        Assert.That(await RedisCluster.KeysInAsync(Slot, to), Has.Length.EqualTo(1));
        await RedisCluster.FinishMoveAsync(Slot, from, to);
        Assert.That((long)await waiting, Is.EqualTo(2));
        Assert.That(await RedisCluster.KeysInAsync(Slot, to), Has.Length.EqualTo(2));
        Assert.That(await RedisCluster.KeysInAsync(Slot, from), Is.Empty);
    }

    [Test]
    public async Task Call_that_runs_out_of_time_says_that_the_slot_is_moved()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var connection = Connect(cluster.Endpoint, Hasty);
        await CountAsync(connection);
        var (from, to) = await NodesAsync(cluster);
        // TRYAGAIN at the source, where the first key still is; with none there, ASK and then TRYAGAIN at the target.
        foreach (var keys in new[] { 0, 2 })
        {
            await RedisCluster.BeginMoveAsync(Slot, from, to, keys);
            var error = await FailureOf(() => CountAsync(connection));
            Assert.That(error.Problem, Is.EqualTo(BrokerProblem.Unavailable));
            Assert.That(error.Message, Does.Contain("TRYAGAIN").And.Contain("moved to another node"));
        }
    }

    [Test]
    public async Task Moved_slot_is_followed_and_its_script_loaded_there()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var connection = Connect(cluster.Endpoint);
        await CountAsync(connection);
        var (from, to) = await NodesAsync(cluster);
        await RedisCluster.BeginMoveAsync(Slot, from, to, 0);
        await RedisCluster.FinishMoveAsync(Slot, from, to);
        Assert.That((long)await CountAsync(connection), Is.EqualTo(2));
        await RedisCluster.BeginMoveAsync(Slot, to, from, 0);
        await RedisCluster.FinishMoveAsync(Slot, to, from);
        Assert.That((long)await CountAsync(connection), Is.EqualTo(3));
    }

    [Test]
    public async Task Replica_as_only_address_finds_the_masters()
    {
        await using var cluster = await RedisCluster.StartAsync(3, 1);
        foreach (var replica in cluster.Replicas)
        {
            await using var connection = Connect(replica.Endpoint);
            var heard = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var subscription = await connection.SubscribeAsync("news", heard.SetResult);
            await CountAsync(connection);
            await connection.ExecuteAsync("PUBLISH", ["news", "x"], RetryMode.Idempotent);
            Assert.That(await heard.Task.WaitAsync(TimeSpan.FromSeconds(5)), Is.EqualTo("x"u8.ToArray()));
        }
    }

    [Test]
    public async Task After_a_failover_scripts_and_subscriptions_go_on_at_the_new_master()
    {
        await using var cluster = await RedisCluster.StartAsync(3, 1);
        await using var connection = Connect(cluster.Endpoint);
        var heard = 0;
        await using var subscription = await connection.SubscribeAsync("news", _ => Interlocked.Increment(ref heard));
        await CountAsync(connection);
        var (from, _) = await NodesAsync(cluster);
        var replica = cluster.Replicas[cluster.Masters.ToList().IndexOf(from)];
        await replica.CallAsync("CLUSTER", "FAILOVER");
        await Eventually.IsTrue(async () => (await replica.CallAsync("ROLE")).StartsWith("master", StringComparison.Ordinal));
        // NOSCRIPT: a replica does not learn scripts.
        Assert.That((long)await CountAsync(connection), Is.EqualTo(2));
        await from.KillAsync();
        Assert.That((long)await CountAsync(connection), Is.EqualTo(3));
        await Eventually.IsTrue(async () =>
        {
            await connection.ExecuteAsync("PUBLISH", ["news", "x"], RetryMode.Idempotent);
            return Volatile.Read(ref heard) > 0;
        });
    }

    [Test]
    public async Task Election_after_a_master_fell_silent_is_noticed_within_seconds()
    {
        await using var cluster = await RedisCluster.StartAsync(3, 1);
        await using var connection = Connect(cluster.Endpoint);
        await CountAsync(connection);
        var (from, _) = await NodesAsync(cluster);
        await from.PauseAsync();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        Assert.That((long)await CountAsync(connection), Is.GreaterThanOrEqualTo(1));
        TestContext.Out.WriteLine($"{clock.Elapsed.TotalSeconds:0.0} s");
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)));
        await from.ResumeAsync();
    }

    [Test]
    public async Task Cluster_that_is_down_is_waited_for()
    {
        await using var cluster = await RedisCluster.StartAsync(3, 0, "--appendonly", "yes");
        await using var connection = Connect(cluster.Endpoint);
        await CountAsync(connection);
        var (own, other) = await NodesAsync(cluster);
        await other.KillAsync();
        // The others stop too: they are to serve all slots or none.
        await Eventually.IsTrue(async () => (await own.CallAsync("CLUSTER", "INFO")).Contains("cluster_state:fail", StringComparison.Ordinal));
        var waiting = CountAsync(connection);
        await Task.Delay(TimeSpan.FromSeconds(1));
        Assert.That(waiting.IsCompleted, Is.False);
        await other.StartAgainAsync();
        Assert.That((long)await waiting, Is.EqualTo(2));
    }

    [Test]
    public async Task Calls_to_other_nodes_go_on_while_one_is_silent()
    {
        await using var cluster = await RedisCluster.StartAsync(3, 0, "--cluster-require-full-coverage", "no");
        await using var connection = Connect(cluster.Endpoint, Hasty);
        await CountAsync(connection);
        var (own, other) = await NodesAsync(cluster);
        await own.PauseAsync();
        var key = $"q:{{default:{cluster.QueueOn(cluster.Masters.ToList().IndexOf(other))}}}:c";
        var slowest = TimeSpan.Zero;
        var lost = FailureOf(() => CountAsync(connection));
        for (var i = 0; i < 100; i++)
        {
            var clock = System.Diagnostics.Stopwatch.StartNew();
            await connection.ExecuteAsync("INCR", [(RedisKey)key], RetryMode.Idempotent);
            slowest = clock.Elapsed > slowest ? clock.Elapsed : slowest;
            await Task.Delay(20);
        }

        Assert.That((await lost).Problem, Is.EqualTo(BrokerProblem.Unavailable));
        TestContext.Out.WriteLine($"slowest {slowest.TotalMilliseconds:0} ms");
        Assert.That(slowest, Is.LessThan(TimeSpan.FromMilliseconds(500)));
        await own.ResumeAsync();
        await Eventually.IsTrue(async () => (long)await CountAsync(connection) > 1);
    }

    [Test]
    public async Task Replica_without_its_master_is_waited_for()
    {
        await using var server = await RedisServer.StartAsync(new RedisServerOptions { ExtraArguments = ["--replica-serve-stale-data", "no"] });
        await using var connection = Connect(server.Endpoint);
        await CountAsync(connection);
        await server.CallAsync("REPLICAOF", "127.0.0.1", "1");
        // MASTERDOWN.
        var waiting = CountAsync(connection);
        await Task.Delay(TimeSpan.FromSeconds(1));
        Assert.That(waiting.IsCompleted, Is.False);
        await server.CallAsync("REPLICAOF", "NO", "ONE");
        Assert.That((long)await waiting, Is.EqualTo(2));
    }
}
