using QCluster.Redis;

namespace QCluster.Tests.Redis;

public sealed class RedisServerStateTests
{
    private static RedisServerState Parse(string policy = "noeviction", long max = 0, long used = 100, string role = "master", long notCounted = 0) =>
        RedisServerState.Parse($"# Memory\r\nused_memory:{used}\r\nmaxmemory:{max}\r\nmaxmemory_policy:{policy}\r\nmem_not_counted_for_evict:{notCounted}\r\n# Replication\r\nrole:{role}\r\n")!;

    [TestCase("noeviction", 100, false)]
    [TestCase("allkeys-lru", 0, false)]
    [TestCase("allkeys-lru", 100, true)]
    [TestCase("volatile-ttl", 100, true)]
    [TestCase("allkeys-lrm", 100, true)]
    [TestCase("", 100, false)]
    public void A_server_evicts_with_a_limit_and_any_policy_but_noeviction(string policy, long max, bool evicts)
    {
        var server = Parse(policy, max);
        Assert.That((server.Evicts, server.Loss is not null), Is.EqualTo((evicts, evicts)));
    }

    [TestCase(1000, 1000, 0, true)]
    [TestCase(1000, 1100, 0, true)]
    [TestCase(1000, 1100, 200, false)]
    [TestCase(1000, 999, 0, false)]
    [TestCase(0, 999, 0, false)]
    public void A_server_is_full_when_its_counted_memory_reaches_the_limit(long max, long used, long notCounted, bool isFull) =>
        Assert.That(Parse(max: max, used: used, notCounted: notCounted).IsFull, Is.EqualTo(isFull));

    [Test]
    public void An_active_replica_is_recognised() =>
        Assert.That((Parse(role: "active-replica").IsActiveReplica, Parse(role: "master").IsActiveReplica), Is.EqualTo((true, false)));

    [Test]
    public void A_reply_without_memory_gives_no_state() => Assert.That(RedisServerState.Parse("# Server\r\nredis_version:7\r\n"), Is.Null);
}
