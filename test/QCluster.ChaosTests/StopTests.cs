using QCluster.TestSupport;

namespace QCluster.ChaosTests;

internal sealed class StopTests : ClusterFixture
{
    [Test]
    public async Task A_signal_to_the_process_group_of_a_busy_cluster_loses_no_task()
    {
        const int count = 60;
        var path = Path.Combine(Folder, "lines");
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint);
        var ids = await AppendAsync(path, count, 400);
        await Eventually.IsTrue(async () => (await Client.Queues.Sizes()).Succeeded >= 10);
        cluster.SendToGroup(Signal.Terminate);
        Assert.That(await cluster.WaitForExitAsync(TimeSpan.FromSeconds(6)), Is.Zero, cluster.Log);

        var sizes = await Client.Queues.Sizes();
        Assert.Multiple(() =>
        {
            Assert.That(sizes.Running, Is.Zero);
            Assert.That(sizes.Waiting, Is.Positive, "what was not begun is still queued");
            Assert.That(sizes.Waiting + sizes.Succeeded, Is.EqualTo(count));
            Assert.That(Lines(path).Values, Is.All.EqualTo(1), "nothing was interrupted");
        });
        await using var next = await ClusterProcess.StartAsync(Redis.Endpoint);
        Assert.That((await FetchAllAsync(ids, TimeSpan.FromSeconds(30))).Select(r => r.State), Is.All.EqualTo(TaskState.Succeeded), next.Log);
        Assert.That(Lines(path), Has.Count.EqualTo(count));
    }

    [Test]
    public async Task A_task_that_outlasts_the_grace_goes_back_without_losing_an_attempt()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--grace", "1s");
        var id = await Client.Async("demo.spin", 30);
        await Eventually.IsTrue(async () => (await Client.Fetch(id))!.State == TaskState.Running);
        cluster.Send(Signal.Interrupt);
        Assert.That(await cluster.WaitForExitAsync(TimeSpan.FromSeconds(6)), Is.Zero, cluster.Log);
        var record = await Client.Fetch(id);
        Assert.That(record!.State, Is.EqualTo(TaskState.Queued));
        var element = await Redis.CallAsync("EVAL", "local e = redis.call('LINDEX', 'q:{default:default}:l:5', 0) return {string.byte(e, 2), string.byte(e, 4)}", "0");
        Assert.That(element, Does.Contain("0").And.Contains("1"), "lost 0, attempt 1");
    }

    [Test]
    public async Task A_second_signal_stops_at_once_and_loses_nothing()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--grace", "30s");
        var id = await Client.Async("demo.spin", 60);
        await Eventually.IsTrue(async () => (await Client.Fetch(id))!.State == TaskState.Running);
        cluster.Send(Signal.Terminate);
        await Eventually.IsTrue(() => cluster.Log.Contains("is stopping", StringComparison.Ordinal));
        cluster.Send(Signal.Terminate);
        Assert.That(await cluster.WaitForExitAsync(TimeSpan.FromSeconds(5)), Is.Zero, cluster.Log);
        Assert.That((await Client.Fetch(id))!.State, Is.EqualTo(TaskState.Queued));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_stop_without_Redis_ends_within_the_grace(bool isBusy)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var client = new QClusterClient(new QClusterOptions { Redis = redis.Endpoint });
        await using var cluster = await ClusterProcess.StartAsync(redis.Endpoint, "--grace", "2s");
        if (isBusy)
        {
            var id = await client.Async("demo.spin", 60);
            await Eventually.IsTrue(async () => (await client.Fetch(id))!.State == TaskState.Running);
        }

        await redis.KillAsync();
        await Eventually.IsTrue(() => cluster.Log.Contains("is unavailable", StringComparison.Ordinal));
        cluster.Send(Signal.Terminate);
        Assert.That(await cluster.WaitForExitAsync(TimeSpan.FromSeconds(9)), Is.Zero, cluster.Log);
    }

    [Test]
    public async Task A_task_is_stopped_at_its_timeout_without_Redis()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var client = new QClusterClient(new QClusterOptions { Redis = redis.Endpoint });
        await using var cluster = await ClusterProcess.StartAsync(redis.Endpoint, "--grace", "500ms");
        var id = await client.Async(new TaskCall("demo.spin", 60), new TaskOptions { Timeout = TimeSpan.FromSeconds(3) });
        await Eventually.IsTrue(async () => (await client.Fetch(id))!.State == TaskState.Running);
        await redis.PauseAsync();
        try
        {
            await Eventually.IsTrue(() => cluster.Log.Contains("is killed", StringComparison.Ordinal), TimeSpan.FromSeconds(8));
        }
        finally
        {
            await redis.ResumeAsync();
        }

        Assert.That((await client.Fetch(id, TimeSpan.FromSeconds(20)))!.Error!.Reason, Is.EqualTo(FailureReason.Timeout), cluster.Log);
    }

    [Test]
    public async Task Cluster_on_Linux_loads_nothing_of_Windows_services()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--workers", "1");
        var loaded = await File.ReadAllTextAsync($"/proc/{cluster.ProcessId}/maps");
        Assert.That(loaded, Does.Contain("QCluster.Hosting.dll").And.Not.Contain("WindowsServices").And.Not.Contain("ServiceController"));
    }
}
