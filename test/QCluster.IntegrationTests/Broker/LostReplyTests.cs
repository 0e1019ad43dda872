using System.Diagnostics;
using QCluster.Queue;
using QCluster.IntegrationTests.Redis.Connection;
using QCluster.Redis;
using QCluster.TestSupport;

namespace QCluster.IntegrationTests.Broker;

/// <summary>I4: the script runs, its reply is lost with the connection, the call goes on: one effect, and soon.</summary>
public sealed class LostReplyTests : BrokerFixture
{
    private FaultProxy _proxy = null!;
    private TestQueue _lossy = null!;

    [SetUp]
    public async Task OpenProxy()
    {
        _proxy = new FaultProxy(Server.Port, Server.Host);
        _lossy = Queue.Over(Server.Through(_proxy));
        await _lossy.Connection.RoundTripAsync();
    }

    [TearDown]
    public async Task CloseProxy()
    {
        await _lossy.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    [Test]
    public async Task Enqueue_makes_one_task()
    {
        var task = TestTask.New();
        await CutAsync("enqueue", () => _lossy.EnqueueAsync(task));
        Assert.That(await Queue.WaitingAsync(), Is.EqualTo(new[] { task.Value }));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public async Task A_bulk_of_2500_is_complete_and_in_order_when_any_part_is_cut(int part)
    {
        var tasks = TestTask.Many(2500);
        await CutAsync("enqueue", () => _lossy.EnqueueAsync(tasks), part);
        Assert.That(await Queue.WaitingAsync(), Is.EqualTo(TestTask.Ids(tasks)));
        foreach (var place in new[] { 0, 999, 1000, 2499 })
            Assert.That((await Queue.LookupAsync(tasks[place])).Ahead, Is.EqualTo(place));
    }

    [Test]
    public async Task A_bulk_keeps_its_order_when_a_part_does_not_arrive()
    {
        var tasks = TestTask.Many(20_000);
        var cut = _proxy.Plan(Fault.CutRequest, command => command.Length > 10_000, nth: 7);
        await _lossy.EnqueueAsync(tasks);
        await cut.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.That((await Queue.WaitingAsync()).SequenceEqual(TestTask.Ids(tasks)), Is.True);
    }

    [Test]
    public async Task Delayed_enqueue_makes_one_task()
    {
        var task = TestTask.New();
        await CutAsync("enqueue_delayed", () => _lossy.EnqueueInAsync(TimeSpan.FromHours(1), task));
        Assert.That((await Queue.SizesAsync()).Delayed, Is.EqualTo(1));
        Assert.That((await Queue.LookupAsync(task)).Place, Is.EqualTo(TaskPlace.Delayed));
    }

    [Test]
    public async Task Ack_saves_one_outcome_and_says_that_it_is_saved()
    {
        var (worker, tasks) = await InFlightAsync(3);
        AckStatus[] statuses = [];
        await CutAsync("ack", async () => statuses = await _lossy.AckAsync(worker, tasks));
        Assert.That(statuses, Is.All.EqualTo(AckStatus.Duplicate));
        Assert.That((await Queue.SizesAsync()).Succeeded, Is.EqualTo(3));
        Assert.That((await Queue.LookupAsync(tasks[0])).Place, Is.EqualTo(TaskPlace.Finished));
    }

    [Test]
    public async Task Release_returns_tasks_once()
    {
        var (worker, tasks) = await InFlightAsync(3);
        await CutAsync("release", () => _lossy.ReleaseAsync(worker, tasks));
        Assert.That(await Queue.WaitingAsync(), Is.EqualTo(TestTask.Ids(tasks)));
    }

    [Test]
    public async Task Fence_and_reclaim_return_tasks_once()
    {
        var (worker, tasks) = await InFlightAsync(3);
        await CutAsync("fence", async () => Assert.That(await _lossy.Cluster.FenceAsync(worker.Incarnation, CancellationToken.None), Has.Count.EqualTo(3)));
        await CutAsync("reclaim", () => _lossy.ReclaimAsync(worker, ReclaimDecision.Lost, tasks));
        Assert.That(await Queue.WaitingAsync(), Is.EqualTo(TestTask.Ids(tasks)));
        Assert.That(TestTask.OfBlock((await Queue.ClaimAsync((await Queue.WorkerAsync()).Wants(9))).Tasks[0]!).Select(t => t.Element[1]), Is.All.EqualTo(1), "one loss each");
    }

    [Test]
    public async Task Cancel_reports_its_result()
    {
        var task = await Queue.AddAsync();
        var result = CancelResult.Unknown;
        await CutAsync("cancel", async () => result = await _lossy.CancelAsync(task));
        Assert.That(result, Is.EqualTo(CancelResult.Cancelled));
        Assert.That((await Queue.SizesAsync()).Cancelled, Is.EqualTo(1));
    }

    [Test]
    public async Task Lookup_and_sizes_are_repeated()
    {
        var task = await Queue.AddAsync();
        await CutAsync("lookup", async () => Assert.That((await _lossy.LookupAsync(task)).Ahead, Is.Zero));
        await CutAsync("sizes", async () => Assert.That((await _lossy.SizesAsync()).Waiting, Is.EqualTo(1)));
    }

    [Test]
    public async Task A_wait_continues_and_is_notified()
    {
        var (worker, tasks) = await InFlightAsync(1);
        var cut = _proxy.CutReplyTo(RedisScript.Load("lookup").HashHex);
        var waiting = _lossy.WaitAsync(tasks[0], TimeSpan.FromSeconds(30));
        await cut;
        await Queue.AckAsync(worker, tasks);
        Assert.That((await waiting.WaitAsync(TimeSpan.FromSeconds(5))).Place, Is.EqualTo(TaskPlace.Finished));
    }

    [Test]
    public async Task Register_heartbeat_and_leave_are_repeated()
    {
        await CutAsync("heartbeat", async () => Assert.That(await _lossy.BeatAsync(), Is.Empty));
        await CutAsync("register", async () => Assert.That(await _lossy.Cluster.RegisterAsync("w", TestQueue.ClusterId, CancellationToken.None), Is.True));
        await CutAsync("resync", async () => Assert.That(await _lossy.ResyncAsync("w"), Is.Not.Null));
        await CutAsync("leave", () => _lossy.Cluster.LeaveAsync(TestQueue.ClusterId, CancellationToken.None));
        await CutAsync("orphans", async () => Assert.That(await _lossy.Cluster.OrphansAsync(CancellationToken.None), Is.EqualTo(new[] { ("w", TestQueue.ClusterId) })));
    }

    [Test]
    public async Task Claim_is_not_repeated_and_resync_returns_its_tasks()
    {
        var worker = await Queue.WorkerAsync();
        var tasks = await Queue.AddManyAsync(5);
        await _lossy.ClaimAsync(worker.Wants(0));
        var cut = _proxy.CutReplyTo(RedisScript.Load("claim").HashHex);
        var error = await RedisConnectionFixture.FailureOf(() => _lossy.ClaimAsync(worker.Wants(3)));
        await cut;
        Assert.That(error.Problem, Is.EqualTo(BrokerProblem.Unavailable));
        Assert.That(await Queue.WaitingAsync(), Has.Length.EqualTo(2), "it ran once");
        var (current, again) = (await _lossy.ResyncAsync(worker.Incarnation))!.Value;
        Assert.That(TestTask.Ids(again), Is.EquivalentTo(TestTask.Ids(tasks[..3])));
        Assert.That((await _lossy.ClaimAsync(worker.Wants(9))).Tasks[0], Is.Null, "a claim of the old epoch");
        Assert.That(TestTask.Ids(await _lossy.TakeAsync(current, 9)), Is.EqualTo(TestTask.Ids(tasks[3..])));
    }

    private async Task<(TestWorker Worker, TestTask[] Tasks)> InFlightAsync(int count)
    {
        var worker = await Queue.WorkerAsync();
        var tasks = await Queue.AddManyAsync(count);
        await Queue.TakeAsync(worker, count);
        return (worker, tasks);
    }

    /// <summary>The server must know the script: else the reply that is lost only says that it does not.</summary>
    private async Task CutAsync(string script, Func<Task> call, int nth = 1)
    {
        var (hash, text) = (RedisScript.Load(script).HashHex, RedisScript.Load(script).Text);
        await Queue.RawAsync("SCRIPT", "LOAD", text);
        var cut = _proxy.CutReplyToScript(hash, text, nth);
        var clock = Stopwatch.StartNew();
        await call();
        await cut.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(2)));
    }
}
