using QCluster.TestSupport;

namespace QCluster.ChaosTests;

internal sealed class KillTests : ClusterFixture
{
    [Test]
    public async Task No_task_is_lost_while_workers_pusher_and_monitor_are_killed()
    {
        const int count = 300;
        var path = Path.Combine(Folder, "lines");
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint);
        var ids = await AppendAsync(path, count, 400);
        var kills = await KillInTurnAsync(cluster, async () => (await Client.Queues.Sizes()).Succeeded >= count);

        var records = await FetchAllAsync(ids, TimeSpan.FromSeconds(60));
        var lines = Lines(path);
        Assert.Multiple(() =>
        {
            Assert.That(kills, Is.GreaterThan(3));
            Assert.That(records.Select(r => r.State), Is.All.EqualTo(TaskState.Succeeded), cluster.Log);
            Assert.That(lines, Has.Count.EqualTo(count));
            Assert.That(lines.Values.Sum() - count, Is.LessThanOrEqualTo(kills * 16), "more tasks ran twice than kills explain");
        });
        var sizes = await Client.Queues.Sizes();
        Assert.That((sizes.Succeeded, sizes.Failed), Is.EqualTo((count, 0)), "one outcome each");
        await AssertNothingIsLeftAsync();
        Assert.That(await Client.Result<double>(await Client.Async("math.copysign", 2, -2), TimeSpan.FromSeconds(10)), Is.EqualTo(-2.0), "the cluster still works");
    }

    private static async Task<int> KillInTurnAsync(ClusterProcess cluster, Func<Task<bool>> done)
    {
        var kills = 0;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (var turn = 0; turn < 60 && !await done(); turn++)
        {
            if (cluster.KillOne(new[] { "Worker", "Pusher", "Monitor" }[turn % 3]))
                kills++;
            await timer.WaitForNextTickAsync();
        }

        return kills;
    }

    [Test]
    public async Task A_new_cluster_runs_all_tasks_after_the_sentinel_was_killed()
    {
        const int count = 100;
        var path = Path.Combine(Folder, "lines");
        var ids = await AppendAsync(path, count, 400);
        await using (var first = await ClusterProcess.StartAsync(Redis.Endpoint, "--heartbeat-ttl", "2s"))
        {
            await Eventually.IsTrue(async () => (await Client.Queues.Sizes()).Succeeded >= 20);
            var children = new[] { "Pusher", "Worker", "Monitor" }.SelectMany(first.Children).ToArray();
            first.Send(Signal.Kill);
            await first.WaitForExitAsync(TimeSpan.FromSeconds(5));
            await Eventually.IsTrue(() => children.All(pid => !Directory.Exists($"/proc/{pid}")), TimeSpan.FromSeconds(10), "children leave within the grace when their sentinel is gone");
        }

        await using var second = await ClusterProcess.StartAsync(Redis.Endpoint, "--heartbeat-ttl", "2s");
        var records = await FetchAllAsync(ids, TimeSpan.FromSeconds(60));
        Assert.Multiple(() =>
        {
            Assert.That(records.Select(r => r.State), Is.All.EqualTo(TaskState.Succeeded), second.Log);
            Assert.That(Lines(path), Has.Count.EqualTo(count));
        });
        Assert.That((await Client.Queues.Sizes()).Succeeded, Is.EqualTo(count));
        await AssertNothingIsLeftAsync();
    }

    [Test]
    public async Task A_killed_workers_task_runs_again_within_a_second()
    {
        var path = Path.Combine(Folder, "lines");
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint);
        var id = await Client.Async(new TaskCall("demo.append", path, "x", 6000));
        // In flight is not yet begun; what the cluster says is running has begun.
        await Eventually.IsTrue(async () => (await Redis.CallAsync("HVALS", "q:{default:default}:cr")).Contains(id, StringComparison.Ordinal));
        foreach (var pid in cluster.Children("Worker"))
            Signals.Send(pid, Signal.Kill);
        var killed = DateTimeOffset.UtcNow;
        var record = await Client.Fetch(id, TimeSpan.FromSeconds(20));
        Assert.Multiple(() =>
        {
            Assert.That(record!.State, Is.EqualTo(TaskState.Succeeded), cluster.Log);
            Assert.That(record!.Attempt, Is.EqualTo(2));
            Assert.That(record!.Started!.Value - killed, Is.LessThan(TimeSpan.FromSeconds(2)));
        });
    }
}
