using QCluster.Model;
using QCluster.Queue;
using QCluster.IntegrationTests.Broker;
using QCluster.Redis;
using QCluster.TestSupport;
using StackExchange.Redis;

namespace QCluster.IntegrationTests.Scripts;

/// <summary>Redis is full: it takes no new task, and everything goes on that makes it emptier.</summary>
public sealed class FullRedisTests
{
    private RedisServer _server = null!;
    private TestQueue _queue = null!;

    [SetUp]
    public async Task StartServer()
    {
        _server = await RedisServer.StartAsync();
        _queue = new TestQueue(_server.Endpoint);
    }

    [TearDown]
    public async Task StopServer()
    {
        await _queue.DisposeAsync();
        await _server.DisposeAsync();
    }

    private async Task FillAsync()
    {
        await _server.CallAsync("CONFIG", "SET", "maxmemory", "1");
        Assert.That(async () => await _queue.AddAsync(), Throws.TypeOf<BrokerException>().With.Property("Problem").EqualTo(BrokerProblem.OutOfMemory));
    }

    [Test]
    public async Task A_cluster_stays_alive_and_its_workers_register()
    {
        await _queue.BeatAsync();
        await FillAsync();
        Assert.That(await _queue.BeatAsync(first: false), Is.Not.Null);
        Assert.That(await _queue.WorkerAsync(), Is.Not.Null);
    }

    [Test]
    public async Task A_new_cluster_can_join()
    {
        await FillAsync();
        await _queue.Cluster.AnnounceAsync(_queue.Name, 250, TimeSpan.FromDays(1), mails: false, CancellationToken.None);
        Assert.That(await _queue.BeatAsync(), Is.Not.Null);
    }

    [Test]
    public async Task Waiting_tasks_are_claimed_released_and_acknowledged()
    {
        var worker = await _queue.WorkerAsync();
        var tasks = await _queue.AddManyAsync(3);
        await FillAsync();
        Assert.That(await _queue.TakeAsync(worker, 2), Has.Count.EqualTo(2));
        await _queue.ReleaseAsync(worker, tasks[1]);
        Assert.That(await _queue.TakeAsync(worker, 2), Has.Count.EqualTo(2));
        Assert.That(await _queue.AckAsync(worker, tasks), Is.All.EqualTo(AckStatus.Saved));
    }

    [Test]
    public async Task A_claim_that_takes_no_task_is_no_error()
    {
        var worker = await _queue.WorkerAsync();
        await _queue.AddManyAsync(3);
        await _queue.TakeTokenAsync();
        await FillAsync();
        Assert.That(await _queue.TakeAsync(worker, 0), Is.Empty);
        Assert.That(await _queue.TakeTokenAsync(), Is.True, "the token is passed on");
    }

    [Test]
    public async Task Tasks_of_a_lost_worker_go_to_another_worker()
    {
        var worker = await _queue.WorkerAsync();
        var task = await _queue.AddAsync();
        await _queue.TakeAsync(worker, 1);
        await FillAsync();
        Assert.That(await _queue.FenceAndReclaimAsync(worker, ReclaimDecision.Lost, task), Is.EqualTo(1));
        var other = await _queue.WorkerAsync();
        Assert.That(await _queue.TakeAsync(other, 1), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Follow_ups_in_another_queue_are_enqueued()
    {
        var task = TestTask.New();
        await FillAsync();
        await _queue.Client.EnqueueAsync(new EnqueueBatch(TaskId.DefaultQueue, TaskPriority.Normal, [task.Element], Forced: true), CancellationToken.None);
        Assert.That(await _queue.WaitingAsync(), Has.Length.EqualTo(1));
    }

    [TestCase("heartbeat")]
    [TestCase("register")]
    [TestCase("resync")]
    [TestCase("fence")]
    [TestCase("functions_tell")]
    public async Task A_cluster_script_without_its_first_write_is_refused(string name)
    {
        var worker = await _queue.WorkerAsync();
        await FillAsync();
        var (key, arguments) = name switch
        {
            "heartbeat" => (_queue.Keys.Heartbeats, (RedisValue[])[TestQueue.ClusterId, 10_000, "description", "", 1, "running"]),
            "register" => (_queue.Keys.Registrations, ["another", TestQueue.ClusterId]),
            "functions_tell" => (_queue.Key("fn:" + TestQueue.ClusterId), [TestQueue.ClusterId, "math.add"]),
            _ => (_queue.Keys.Registrations, [worker.Incarnation]),
        };
        await _queue.Connection.ScriptAsync(RedisScript.Load(name), [key], [_queue.Keys.Prefix, .. arguments], RetryMode.Idempotent);
        var mutant = ScriptMutant.Of(name, "redis.call('HDEL', P .. 'cc', '')", "");
        Assert.That(async () => await _queue.Connection.ScriptAsync(mutant, [key], [_queue.Keys.Prefix, .. arguments], RetryMode.Idempotent), Throws.TypeOf<BrokerException>().With.Property("Problem").EqualTo(BrokerProblem.OutOfMemory));
    }
}
