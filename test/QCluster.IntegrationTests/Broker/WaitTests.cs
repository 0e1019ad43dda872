using QCluster.Queue;
using QCluster.TestSupport;
using QCluster.Wire.Packets;

namespace QCluster.IntegrationTests.Broker;

/// <summary>A client that waits for a result while its connection, or the server, goes away.</summary>
public sealed class WaitTests
{
    private RedisServer _server = null!;
    private FaultProxy _proxy = null!;
    private TestQueue _queue = null!;
    private QClusterClient _client = null!;

    [SetUp]
    public async Task Start()
    {
        _server = await RedisServer.StartAsync(new RedisServerOptions { AppendOnly = true, ExtraArguments = ["--appendfsync", "always"] });
        _proxy = new FaultProxy(_server.Port);
        _queue = new TestQueue(_server.Endpoint);
        _client = new QClusterClient(new QClusterOptions { Name = _queue.Name, Redis = _proxy.Endpoint });
    }

    [TearDown]
    public async Task Stop()
    {
        await _client.DisposeAsync();
        await _queue.DisposeAsync();
        await _proxy.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task A_result_comes_at_once_when_it_is_saved()
    {
        var (worker, task, waiting) = await BeginAsync();
        await SaveAsync(worker, task, 7);
        Assert.That(await waiting.WaitAsync(TimeSpan.FromSeconds(2)), Is.EqualTo(7));
    }

    [Test]
    public async Task A_wait_survives_the_loss_of_every_connection()
    {
        var (worker, task, waiting) = await BeginAsync();
        _proxy.DropAll();
        await SaveAsync(worker, task, 7);
        Assert.That(await waiting.WaitAsync(TimeSpan.FromSeconds(10)), Is.EqualTo(7));
    }

    [Test]
    public async Task A_result_saved_while_the_client_is_disconnected_is_found()
    {
        var (worker, task, waiting) = await BeginAsync();
        _proxy.Refusing = true;
        _proxy.DropAll();
        await SaveAsync(worker, task, 7);
        Assert.That(waiting.IsCompleted, Is.False);
        _proxy.Refusing = false;
        Assert.That(await waiting.WaitAsync(TimeSpan.FromSeconds(10)), Is.EqualTo(7));
    }

    [Test]
    public async Task A_wait_survives_a_restart_of_the_server()
    {
        var (worker, task, waiting) = await BeginAsync();
        await _server.RestartAsync();
        await SaveAsync(worker, task, 7);
        Assert.That(await waiting.WaitAsync(TimeSpan.FromSeconds(10)), Is.EqualTo(7));
    }

    [Test]
    public async Task A_killed_server_has_every_task_after_its_restart()
    {
        var (worker, task, waiting) = await BeginAsync();
        var more = await _queue.AddManyAsync(100);
        await _server.KillAsync();
        await _server.StartAgainAsync();
        Assert.That(await _queue.WaitingAsync(), Is.EqualTo(TestTask.Ids(more)));
        Assert.That((await _queue.LookupAsync(task)).Place, Is.EqualTo(TaskPlace.InFlight));
        await SaveAsync(worker, task, 8);
        Assert.That(await waiting.WaitAsync(TimeSpan.FromSeconds(10)), Is.EqualTo(8));
    }

    [Test]
    public async Task All_clients_that_wait_for_a_task_get_its_result()
    {
        var (worker, task, waiting) = await BeginAsync();
        await using var other = new QClusterClient(new QClusterOptions { Name = _queue.Name, Redis = _server.Endpoint });
        Task<int>[] all = [waiting, .. Enumerable.Range(0, 5).Select(_ => _client.Result<int>(task.Id.ToString())), .. Enumerable.Range(0, 5).Select(_ => other.Result<int>(task.Id.ToString()))];
        await Eventually.IsTrue(async () => ((string?)await _queue.RawAsync("HGET", _queue.Key("wt"), task.Id.ToBytes()))?.Contains(',') == true);
        await SaveAsync(worker, task, 7);
        Assert.That(await Task.WhenAll(all).WaitAsync(TimeSpan.FromSeconds(10)), Is.All.EqualTo(7));
    }

    [Test]
    public async Task A_wait_that_ends_without_a_result_says_why()
    {
        var id = await _client.Async("math.pow", 1, 2);
        Assert.That(async () => await _client.Result<int>(id, TimeSpan.FromMilliseconds(50)), Throws.InstanceOf<TimeoutException>());
        Assert.That(async () => await _client.Result<int>(Guid.NewGuid().ToString("N"), TimeSpan.FromSeconds(20)), Throws.InstanceOf<UnknownTaskException>());
    }

    private async Task<(TestWorker Worker, TestTask Task, Task<int> Waiting)> BeginAsync()
    {
        var worker = await _queue.WorkerAsync();
        var id = await _client.Async("math.pow", 1, 2);
        var task = (await _queue.TakeAsync(worker, 1))[0];
        var waiting = _client.Result<int>(id, TimeSpan.FromSeconds(60));
        await Eventually.IsTrue(async () => await _queue.NumberAsync("HEXISTS", _queue.Key("wt"), task.Id.ToBytes()) == 1);
        return (worker, task, waiting);
    }

    private async Task SaveAsync(TestWorker worker, TestTask task, byte value)
    {
        var outcome = new TaskOutcome { State = TaskState.Succeeded, Attempt = 1, Stopped = DateTimeOffset.UtcNow, Value = new[] { value }, Worker = "", Cluster = "" };
        var bytes = outcome.ToBytes(task.Id, new QClusterOptions { Name = _queue.Name }.ToPacketFormat());
        Assert.That(await _queue.Cluster.AckAsync(worker.Incarnation, [new AckItem(task.Attempt, bytes, 60_000, TaskState.Succeeded)], CancellationToken.None), Is.EqualTo(new[] { AckStatus.Saved }));
    }
}
