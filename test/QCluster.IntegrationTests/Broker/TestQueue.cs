using Microsoft.Extensions.Logging.Abstractions;
using QCluster.Model;
using QCluster.Queue;
using QCluster.Queue.Clusters;
using QCluster.IntegrationTests.Redis.Connection;
using QCluster.Redis;
using StackExchange.Redis;

namespace QCluster.IntegrationTests.Broker;

/// <summary>One queue under a name of its own, seen from the client's and from the cluster's side over one connection.</summary>
internal sealed class TestQueue : IAsyncDisposable
{
    public const int MaxElementSize = 4096;
    public const string ClusterId = "cluster-1";

    private int _workers;

    public TestQueue(string endpoint, string? name = null)
    {
        Name = name ?? TestNames.Next();
        Connection = RedisConnectionFixture.Connect(endpoint);
        Client = new RedisTransport(Connection, Name, TimeProvider.System, NullLogger.Instance);
        Scripts = new ClientScripts(Client);
        Keys = Client.KeysOf(TaskId.DefaultQueue);
        Cluster = new ClusterQueue(Connection, Keys, MaxElementSize);
    }

    public string Name { get; }

    public RedisConnection Connection { get; }

    public RedisTransport Client { get; }

    /// <summary>What a client does there.</summary>
    public ClientScripts Scripts { get; }

    public ClusterQueue Cluster { get; }

    public RedisKeys Keys { get; }

    /// <summary>The same queue over another connection.</summary>
    public TestQueue Over(string endpoint) => new(endpoint, Name);

    public Task EnqueueAsync(params TestTask[] tasks) => EnqueueAsync(TaskPriority.Normal, tasks);

    public Task EnqueueAsync(int priority, params TestTask[] tasks) => Client.EnqueueAsync(new EnqueueBatch(TaskId.DefaultQueue, priority, [.. tasks.Select(t => t.Element)]), CancellationToken.None);

    public Task EnqueueInAsync(TimeSpan delay, params TestTask[] tasks) => Client.EnqueueAsync(new EnqueueBatch(TaskId.DefaultQueue, TaskPriority.Normal, [.. tasks.Select(t => t.Element)], Delay: delay), CancellationToken.None);

    public Task EnqueueAtAsync(DateTimeOffset due, params TestTask[] tasks) => Client.EnqueueAsync(new EnqueueBatch(TaskId.DefaultQueue, TaskPriority.Normal, [.. tasks.Select(t => t.Element)], Due: due), CancellationToken.None);

    public async Task<TestTask> AddAsync(int priority = TaskPriority.Normal)
    {
        var task = TestTask.New();
        await EnqueueAsync(priority, task);
        return task;
    }

    public async Task<TestTask[]> AddManyAsync(int count)
    {
        var tasks = TestTask.Many(count);
        await EnqueueAsync(tasks);
        return tasks;
    }

    public Task<IReadOnlyList<byte[]>?> BeatAsync(string cluster = ClusterId, TimeSpan? timeToLive = null, bool first = true) =>
        Cluster.HeartbeatAsync(cluster, timeToLive ?? TimeSpan.FromMinutes(5), [1, 2, 3], first, [], CancellationToken.None);

    /// <summary>A registered worker of a live cluster, with its first epoch.</summary>
    public async Task<TestWorker> WorkerAsync(string cluster = ClusterId)
    {
        await BeatAsync(cluster);
        var incarnation = $"w{++_workers}-{cluster}";
        Assert.That(await Cluster.RegisterAsync(incarnation, cluster, CancellationToken.None), Is.True);
        return (await ResyncAsync(incarnation, cluster))!.Value.Worker;
    }

    public async Task<(TestWorker Worker, List<TestTask> Tasks)?> ResyncAsync(string incarnation, string cluster = ClusterId, params byte[][] held)
    {
        if (await Cluster.ResyncAsync(incarnation, held, CancellationToken.None) is not { } reply) return null;
        return (new TestWorker(incarnation, reply.Registration, cluster), TestTask.OfBlock(reply.Tasks));
    }

    public Task<ClaimReply> ClaimAsync(params ClaimRequest[] workers) => Cluster.ClaimAsync(workers, CancellationToken.None);

    /// <summary>What one worker gets.</summary>
    public async Task<List<TestTask>> TakeAsync(TestWorker worker, int count)
    {
        var block = (await ClaimAsync(worker.Wants(count))).Tasks[0];
        Assert.That(block, Is.Not.Null, "the worker is fenced");
        return TestTask.OfBlock(block!);
    }

    public Task<AckStatus[]> AckAsync(TestWorker worker, params TestTask[] tasks) =>
        Cluster.AckAsync(worker.Incarnation, [.. tasks.Select(t => new AckItem(t.Attempt, OutcomeOf(t), 60_000, TaskState.Succeeded))], CancellationToken.None);

    public Task ReleaseAsync(TestWorker worker, params TestTask[] tasks) =>
        Cluster.ReleaseAsync(worker.Incarnation, [.. tasks.Select(t => t.Attempt)], CancellationToken.None);

    public Task<long> ReclaimAsync(TestWorker worker, ReclaimDecision decision, params TestTask[] tasks) =>
        Cluster.ReclaimAsync(worker.Incarnation, [.. tasks.Select(t => new ReclaimItem(t.Attempt, decision, decision is ReclaimDecision.Back or ReclaimDecision.Lost or ReclaimDecision.Isolate ? [] : OutcomeOf(t), 60_000))], CancellationToken.None);

    public async Task<long> FenceAndReclaimAsync(TestWorker worker, ReclaimDecision decision, params TestTask[] tasks)
    {
        await Cluster.FenceAsync(worker.Incarnation, CancellationToken.None);
        return await ReclaimAsync(worker, decision, tasks);
    }

    /// <summary>Into the isolated list, as after a loss.</summary>
    public async Task IsolateAsync(params TestTask[] tasks)
    {
        var worker = await WorkerAsync();
        await TakeAsync(worker, tasks.Length);
        await FenceAndReclaimAsync(worker, ReclaimDecision.Isolate, tasks);
    }

    public Task<TaskLookup> LookupAsync(TestTask task) => Scripts.Tasks.LookupAsync(task.Id, CancellationToken.None);

    public Task<TaskLookup> WaitAsync(TestTask task, TimeSpan wait) => Scripts.Tasks.WaitAsync(task.Id, wait, CancellationToken.None);

    public Task<CancelResult> CancelAsync(TestTask task, byte[]? outcome = null) => Scripts.Tasks.CancelAsync(task.Id, outcome ?? "cancelled"u8.ToArray(), TimeSpan.FromMinutes(1), CancellationToken.None);

    public Task<QueueSizes> SizesAsync() => Scripts.Queues.SizesAsync(TaskId.DefaultQueue, CancellationToken.None);

    public static byte[] OutcomeOf(TestTask task) => [.. "done "u8, .. task.Id.ToBytes()];

    /// <summary>A key of this queue.</summary>
    public RedisKey Key(string suffix) => Keys.Prefix + suffix;

    public RedisKey StateKey(TestTask task) => (byte[])[.. System.Text.Encoding.UTF8.GetBytes(Keys.Prefix + "s:"), .. task.Id.ToBytes()[6..15]];

    public Task<RedisResult> RawAsync(string command, params object[] arguments) => Connection.ExecuteAsync(command, arguments, RetryMode.Idempotent);

    public async Task<long> NumberAsync(string command, params object[] arguments) => (long)await RawAsync(command, arguments);

    public async Task<bool> HasStateAsync(TestTask task) => await NumberAsync("HEXISTS", StateKey(task), task.Id.ToBytes()) == 1;

    /// <summary>Takes the wake token, as a pusher does that was waiting for it.</summary>
    public async Task<bool> TakeTokenAsync(char taskClass = 'n') => !(await RawAsync("LPOP", Keys.WakeToken(taskClass))).IsNull;

    /// <summary>The ids in a list of elements, from its head.</summary>
    public async Task<Guid[]> ListAsync(RedisKey list) => TestTask.Ids(((RedisResult[])(await RawAsync("LRANGE", list, 0, -1))!).Select(r => TestTask.Of((byte[])r!)));

    public Task<Guid[]> WaitingAsync(int priority = TaskPriority.Normal) => ListAsync(Keys.List(priority));

    public ValueTask DisposeAsync() => Client.DisposeAsync();
}
