using QCluster.TestSupport;

namespace QCluster.ChaosTests;

/// <summary>A cluster that is stopped for longer than its heartbeat lives, while another is there.</summary>
internal sealed class PausedClusterTests : ClusterFixture
{
    [Test]
    public async Task A_cluster_declared_dead_has_late_outcomes_refused_and_restarts()
    {
        const int count = 60;
        var path = Path.Combine(Folder, "lines");
        await using var first = await ClusterProcess.StartAsync(Redis.Endpoint, "--heartbeat-ttl", "2s");
        await using var second = await ClusterProcess.StartAsync(Redis.Endpoint, "--heartbeat-ttl", "2s");
        var ids = await AppendAsync(path, count, 500);
        await Eventually.IsTrue(async () => (await Client.Queues.Sizes()).Running > 16, within: TimeSpan.FromSeconds(5));

        first.SendToGroup(Signal.Stop);
        var records = await FetchAllAsync(ids, TimeSpan.FromSeconds(30));
        first.SendToGroup(Signal.Continue);

        Assert.That(records.Select(r => r.State), Is.All.EqualTo(TaskState.Succeeded), second.Log);
        await Eventually.IsTrue(() => first.Log.Contains("declared dead", StringComparison.Ordinal));
        await Eventually.IsTrue(() => first.Children("Worker").Count > 0);
        second.SendToGroup(Signal.Terminate);
        await second.WaitForExitAsync(TimeSpan.FromSeconds(10));

        Assert.That(await Client.Result<double>(await Client.Async("math.copysign", 2, -2), TimeSpan.FromSeconds(15)), Is.EqualTo(-2.0), first.Log);
        var sizes = await Client.Queues.Sizes();
        Assert.That((sizes.Succeeded, sizes.Failed), Is.EqualTo((count + 1, 0)), "one outcome each");
        Assert.That(Lines(path), Has.Count.EqualTo(count));
        await AssertNothingIsLeftAsync();
    }
}
