using QCluster.Queue;
using QCluster.IntegrationTests.Broker;
using QCluster.TestSupport;
using StackExchange.Redis;

namespace QCluster.IntegrationTests.Scripts;

public sealed class HeartbeatTests : BrokerFixture
{
    private async Task<string[]> ClustersAsync() => [.. ((RedisResult[])(await Queue.RawAsync("HKEYS", Queue.Keys.ClusterInfo))!).Select(r => (string)r!)];

    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(30);

    [Test]
    public async Task A_cluster_with_a_heartbeat_is_listed_and_has_no_orphans()
    {
        await Queue.WorkerAsync();
        Assert.That(await Queue.BeatAsync(first: false), Is.Empty);
        Assert.That(await ClustersAsync(), Is.EqualTo(new[] { TestQueue.ClusterId }));
        var told = await Queue.Scripts.Queues.WatchAsync("default", "", [], CancellationToken.None);
        Assert.That(told.Single().Description, Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(await OrphansAsync(), Is.Empty);
    }

    [Test]
    public async Task A_cluster_without_a_heartbeat_is_declared_dead_and_has_orphans()
    {
        var worker = await Queue.WorkerAsync("short");
        var other = await Queue.WorkerAsync("long");
        var task = await Queue.AddAsync();
        await Queue.TakeAsync(worker, 1);
        await Queue.BeatAsync("short", Short, first: false);
        await Eventually.IsTrue(async () => (await OrphansAsync()).Count > 0);
        Assert.That(await OrphansAsync(), Is.EqualTo(new[] { (worker.Incarnation, "short") }));
        Assert.That(await ClustersAsync(), Is.EqualTo(new[] { "long" }));
        Assert.That(await Queue.BeatAsync("short", first: false), Is.Null, "it is told");
        Assert.That(await Queue.Cluster.RegisterAsync("new", "short", CancellationToken.None), Is.False);
        await Queue.FenceAndReclaimAsync(worker, ReclaimDecision.Lost, task);
        Assert.That(await OrphansAsync(), Is.Empty);
        Assert.That(await Queue.TakeAsync(other, 1), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_fenced_worker_stays_an_orphan_until_it_is_reclaimed()
    {
        var worker = await Queue.WorkerAsync("short");
        await Queue.Cluster.FenceAsync(worker.Incarnation, CancellationToken.None);
        await Queue.Cluster.LeaveAsync("short", CancellationToken.None);
        Assert.That(await OrphansAsync(), Is.EqualTo(new[] { (worker.Incarnation, "short") }));
    }

    [Test]
    public async Task A_cluster_that_leaves_is_removed_at_once_without_a_trace()
    {
        await Queue.BeatAsync();
        await Queue.RawAsync("SADD", Queue.Key("cn:" + TestQueue.ClusterId), "id");
        for (var i = 0; i < 2; i++) await Queue.Cluster.LeaveAsync(TestQueue.ClusterId, CancellationToken.None);
        Assert.That(await Queue.NumberAsync("EXISTS", Queue.Keys.Heartbeats, Queue.Keys.ClusterInfo, Queue.Key("cn:" + TestQueue.ClusterId)), Is.Zero);
        Assert.That(await Queue.BeatAsync(first: false), Is.Null);
    }

    [Test]
    public async Task Each_heartbeat_returns_cancels_until_they_are_processed()
    {
        var worker = await Queue.WorkerAsync();
        var task = await Queue.AddAsync();
        await Queue.TakeAsync(worker, 1);
        await Queue.CancelAsync(task);
        for (var i = 0; i < 2; i++) Assert.That(await Queue.BeatAsync(first: false), Is.EqualTo(new[] { task.Id.ToBytes() }));
        var cancels = await Queue.Cluster.HeartbeatAsync(TestQueue.ClusterId, TimeSpan.FromMinutes(1), [], false, [task.Id.ToBytes()], CancellationToken.None);
        Assert.That(cancels, Is.Empty);
    }

    private Task<IReadOnlyList<(string Incarnation, string Cluster)>> OrphansAsync() => Queue.Cluster.OrphansAsync(CancellationToken.None);
}
