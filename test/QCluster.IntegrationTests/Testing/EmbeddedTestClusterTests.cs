using QCluster.Testing;

namespace QCluster.IntegrationTests.Testing;

/// <summary>Test clusters where nothing is installed.</summary>
internal sealed class EmbeddedTestClusterTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Test]
    public async Task Test_cluster_runs_on_the_embedded_server_when_it_is_named()
    {
        var functions = new ClusterFunctions();
        await using var cluster = await TestCluster.StartAsync(c =>
        {
            c.Redis = "embedded";
            functions.Register(c.Functions);
        });
        var ids = await cluster.Client.AsyncBulk(Enumerable.Range(0, 500).Select(i => new TaskCall("math.add", i, 1)), new TaskOptions { Cached = true });
        Assert.That(await cluster.Client.Result<int>(ids[^1], Limit), Is.EqualTo(500));
        await cluster.WaitForIdleAsync(Limit);
        for (var i = 0; i < ids.Count; i++)
            Assert.That(await cluster.Client.Result<int>(ids[i]), Is.EqualTo(i + 1));
    }

    [Test]
    public async Task Many_test_clusters_run_at_the_same_time()
    {
        var clusters = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => TestCluster.StartAsync(c =>
        {
            c.Redis = "embedded";
            new ClusterFunctions().Register(c.Functions);
        })));
        try
        {
            foreach (var cluster in clusters)
                Assert.That(await cluster.Client.Result<int>(await cluster.Client.Async("math.add", 1, 2), Limit), Is.EqualTo(3));
        }
        finally
        {
            foreach (var cluster in clusters)
                await cluster.DisposeAsync();
        }
    }
}
