using QCluster.TestSupport;

namespace QCluster.ChaosTests;

internal sealed class NestedTests : ClusterFixture
{
    [Test]
    public async Task A_task_enqueues_and_awaits_other_tasks()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint);
        var id = await Client.Async("demo.fan_out", 100);
        Assert.That(await Client.Result<double>(id, TimeSpan.FromSeconds(20)), Is.EqualTo(5050.0), cluster.Log);
    }

    [Test]
    public async Task Calls_of_a_task_survive_the_death_of_their_pusher()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint);
        var ids = await Client.AsyncBulk(Enumerable.Range(0, 4).Select(_ => new TaskCall("demo.fan_out", 200)));
        for (var i = 0; i < 3; i++)
        {
            cluster.KillOne("Pusher");
            await Eventually.IsTrue(() => cluster.Children("Pusher").Count == 1);
        }

        foreach (var id in ids)
            Assert.That(await Client.Result<double>(id, TimeSpan.FromSeconds(30)), Is.EqualTo(20100.0), cluster.Log);
        Assert.That((await Client.Queues.Sizes()).Succeeded, Is.EqualTo(804), "each inner task once");
    }

    [Test]
    public async Task The_environment_of_a_worker_has_neither_Redis_nor_the_secret()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint);
        var worker = cluster.Children("Worker")[0];
        Assert.Multiple(() =>
        {
            Assert.That(File.ReadAllText($"/proc/{worker}/environ"), Does.Not.Contain("QCLUSTER_REDIS").And.Not.Contain("QCLUSTER_SECRET"));
            Assert.That(OpenTcpSockets(worker), Is.Zero);
        });
    }

    /// <summary>TCP connections of a process: its sockets that the TCP tables list.</summary>
    private static int OpenTcpSockets(int pid)
    {
        var inodes = Directory.EnumerateFileSystemEntries($"/proc/{pid}/fd")
            .Select(f => new FileInfo(f).LinkTarget ?? "")
            .Where(t => t.StartsWith("socket:[", StringComparison.Ordinal))
            .Select(t => t["socket:[".Length..^1])
            .ToHashSet(StringComparer.Ordinal);
        return new[] { "tcp", "tcp6" }.SelectMany(t => File.ReadLines($"/proc/{pid}/net/{t}").Skip(1))
            .Count(line => inodes.Contains(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[9]));
    }
}
