using QCluster.Launching.Servers;
using QCluster.TestSupport;

namespace QCluster.ChaosTests;

/// <summary>Everything Redis and the network before it can do to a busy cluster short of staying away: work goes on within two seconds of the end of it, and nothing is lost or runs twice.</summary>
internal sealed class RedisFaultTests : ClusterFixture
{
    private const int Tasks = 300;
    private static readonly TimeSpan GoesOnWithin = TimeSpan.FromSeconds(2);

    /// <summary>Enqueues while the fault lasts, and sees to it that each task is done once.</summary>
    private async Task UnderLoadAsync(Func<Task> fault, string? endpoint = null)
    {
        var path = Path.Combine(Folder, "lines");
        await using var cluster = await ClusterProcess.StartAsync(endpoint ?? Redis.Endpoint);
        await using var client = NewClient(endpoint ?? Redis.Endpoint);
        var enqueued = EnqueueAsync(client, path);
        await Eventually.IsTrue(async () => (await Client.Queues.Sizes()).Succeeded >= 20);
        await fault();
        var over = DateTimeOffset.UtcNow;
        var before = (await Client.Queues.Sizes()).Succeeded;
        await Eventually.IsTrue(async () => (await Client.Queues.Sizes()).Succeeded > before || before == Tasks, TimeSpan.FromSeconds(20));
        var pause = DateTimeOffset.UtcNow - over;

        var records = await FetchAllAsync(await enqueued, TimeSpan.FromSeconds(60));
        Assert.Multiple(() =>
        {
            Assert.That(pause, Is.LessThan(GoesOnWithin), "work goes on");
            Assert.That(records.Select(r => r.State), Is.All.EqualTo(TaskState.Succeeded), cluster.Log);
            Assert.That(Lines(path), Has.Count.EqualTo(Tasks));
            Assert.That(Lines(path).Values, Is.All.EqualTo(1), "no worker died, so nothing ran twice");
        });
        await AssertNothingIsLeftAsync();
    }

    private static async Task<IReadOnlyList<string>> EnqueueAsync(QClusterClient client, string path)
    {
        var ids = new List<string>();
        for (var i = 0; i < Tasks; i++)
            ids.Add(await client.Async("demo.append", path, $"{i}", 30));
        return ids;
    }

    [Test]
    [CancelAfter(120_000)]
    public Task No_task_is_lost_when_connections_are_killed() => UnderLoadAsync(async () =>
    {
        for (var i = 0; i < 10; i++)
        {
            await Redis.CallAsync("CLIENT", "KILL", "TYPE", "normal");
            await Redis.CallAsync("CLIENT", "KILL", "TYPE", "pubsub");
            await Task.Delay(100);
        }
    });

    [Test]
    [CancelAfter(120_000)]
    public Task No_task_is_lost_when_scripts_are_flushed() => UnderLoadAsync(async () =>
    {
        for (var i = 0; i < 20; i++)
        {
            await Redis.CallAsync("SCRIPT", "FLUSH");
            await Task.Delay(50);
        }
    });

    [Test]
    [CancelAfter(60_000)]
    public async Task A_cluster_starts_again_after_FLUSHALL()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint);
        await Client.Result<int>(await Client.Async("demo.echo", 1), TimeSpan.FromSeconds(20));
        await Redis.CallAsync("FLUSHALL");
        await Eventually.IsTrue(() => cluster.Log.Contains("it starts again under a new identity", StringComparison.Ordinal), TimeSpan.FromSeconds(20));
        Assert.That(cluster.Log, Does.Contain("(FLUSHALL)").And.Not.Contain("declared dead"));
        Assert.That(await Client.Result<int>(await Client.Async("demo.echo", 2), TimeSpan.FromSeconds(20)), Is.EqualTo(2));
    }

    [Test]
    [CancelAfter(120_000)]
    public Task No_task_is_lost_while_Redis_runs_a_foreign_script() => UnderLoadAsync(async () =>
    {
        await Redis.CallAsync("CONFIG", "SET", "lua-time-limit", "100");
        var busy = Redis.CallAsync("EVAL", "while true do end", "0");
        await Task.Delay(1500);
        await Redis.CallAsync("SCRIPT", "KILL");
        Assert.That(async () => await busy, Throws.InvalidOperationException.With.Message.Contains("killed"));
    });

    [Test]
    [CancelAfter(120_000)]
    public Task No_task_is_lost_while_Redis_does_not_answer([Values(2, 7)] int seconds) => UnderLoadAsync(async () =>
    {
        await Redis.PauseAsync();
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        await Redis.ResumeAsync();
    });

    [Test]
    [CancelAfter(120_000)]
    public Task No_task_is_lost_while_Redis_is_a_replica() => UnderLoadAsync(async () =>
    {
        // Of nobody, so that its data stay.
        await Redis.CallAsync("REPLICAOF", "127.0.0.1", $"{FreePort.Next()}");
        await Task.Delay(2000);
        await Redis.CallAsync("REPLICAOF", "NO", "ONE");
    });

    [Test]
    [CancelAfter(120_000)]
    public async Task No_task_is_lost_while_Redis_is_out_of_memory()
    {
        var path = Path.Combine(Folder, "lines");
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint);
        var ids = await Client.AsyncBulk(Enumerable.Range(0, Tasks).Select(i => new TaskCall("demo.append", path, $"{i}", 30)));
        await Eventually.IsTrue(async () => (await Client.Queues.Sizes()).Succeeded >= 20);
        await Redis.CallAsync("CONFIG", "SET", "maxmemory", "1mb");
        Assert.That(async () => await Client.Async("demo.echo", 1), Throws.InstanceOf<BrokerException>().With.Property(nameof(BrokerException.Problem)).EqualTo(BrokerProblem.OutOfMemory), "a client is told at once");
        await Task.Delay(2000);
        await Redis.CallAsync("CONFIG", "SET", "maxmemory", "0");
        var records = await FetchAllAsync(ids, TimeSpan.FromSeconds(60));
        Assert.That(records.Select(r => r.State), Is.All.EqualTo(TaskState.Succeeded), cluster.Log);
        Assert.That(Lines(path).Values, Is.All.EqualTo(1), "no worker died, so nothing ran twice");
        await AssertNothingIsLeftAsync();
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task No_task_is_lost_while_the_network_drops_everything()
    {
        await using var proxy = new FaultProxy(Redis.Port);
        await UnderLoadAsync(
            async () =>
            {
                proxy.Freeze();
                await Task.Delay(TimeSpan.FromSeconds(8));
                proxy.Thaw();
            },
            proxy.Endpoint);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task No_task_is_lost_when_every_reply_is_late()
    {
        await using var proxy = new FaultProxy(Redis.Port);
        await UnderLoadAsync(
            async () =>
            {
                proxy.Delay = TimeSpan.FromMilliseconds(150);
                await Task.Delay(TimeSpan.FromSeconds(3));
                proxy.Delay = TimeSpan.Zero;
            },
            proxy.Endpoint);
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task No_task_is_lost_at_a_failover_by_Redis_Sentinel()
    {
        await using var replica = await RedisServer.StartAsync(new RedisServerOptions { ExtraArguments = ["--replicaof", Redis.Peer.Host, Redis.Peer.Port] });
        await using var sentinel = await RedisServer.StartAsync(new RedisServerOptions { Sentinel = true });
        await sentinel.CallAsync("SENTINEL", "MONITOR", "mine", Redis.Peer.Host, Redis.Peer.Port, "1");
        await sentinel.CallAsync("SENTINEL", "SET", "mine", "down-after-milliseconds", "500");
        await Eventually.IsTrue(async () => (await sentinel.CallAsync("SENTINEL", "REPLICAS", "mine")).Contains($"{replica.Peer.Host}:{replica.Peer.Port}", StringComparison.Ordinal), TimeSpan.FromSeconds(30));

        var endpoint = $"127.0.0.1:{sentinel.Port},serviceName=mine";
        var path = Path.Combine(Folder, "lines");
        await using var cluster = await ClusterProcess.StartAsync(endpoint);
        await using var client = NewClient(endpoint);
        var ids = await client.AsyncBulk(Enumerable.Range(0, Tasks).Select(i => new TaskCall("demo.append", path, $"{i}", 100)));
        await Eventually.IsTrue(async () => (await client.Queues.Sizes()).Succeeded >= 20);
        // What the replica has not got yet is lost with the primary: Redis says so, and so does the failure model.
        await Redis.CallAsync("WAIT", "1", "5000");
        await Redis.KillAsync();

        var records = await Task.WhenAll(ids.Select(id => client.Fetch(id, TimeSpan.FromSeconds(90))));
        Assert.That(records.Select(r => r?.State), Is.All.EqualTo(TaskState.Succeeded), cluster.Log);
        Assert.That(Lines(path), Has.Count.EqualTo(Tasks));
        var sizes = await client.Queues.Sizes();
        Assert.That((sizes.Waiting, sizes.Running, sizes.Succeeded), Is.EqualTo((0, 0, Tasks)));
    }
}
