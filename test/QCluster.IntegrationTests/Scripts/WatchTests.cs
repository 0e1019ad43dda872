using System.Text;
using QCluster.Queue;
using QCluster.IntegrationTests.Broker;

namespace QCluster.IntegrationTests.Scripts;

public sealed class WatchTests : BrokerFixture
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private Task BeatAsync(string cluster, string description, string running = "", TimeSpan? timeToLive = null) =>
        Queue.Cluster.HeartbeatAsync(cluster, timeToLive ?? Long, ScriptCall.Text(description), first: true, [], CancellationToken.None, 1, ScriptCall.Text(running));

    private async Task<Dictionary<string, (string Beat, string? Description, string? Running)>> WatchAsync(string running, params string[] known)
    {
        var beats = await Queue.Scripts.Queues.WatchAsync("default", running, known.Chunk(2).Select(k => (k[0], k[1])), CancellationToken.None);
        return beats.ToDictionary(b => b.Cluster, b => (b.Beat, Text(b.Description), Text(b.Running)));

        static string? Text(byte[]? bytes) => bytes is null ? null : Encoding.UTF8.GetString(bytes);
    }

    [Test]
    public async Task A_watcher_gets_only_what_it_does_not_know()
    {
        await BeatAsync("a", "about a", "tasks of a");
        await BeatAsync("b", "about b");
        var all = await WatchAsync("*");
        Assert.That(all["a"], Is.EqualTo((all["a"].Beat, "about a", "tasks of a")));
        Assert.That(all["b"], Is.EqualTo((all["b"].Beat, "about b", (string?)null)));

        await Task.Delay(5);
        await BeatAsync("b", "news of b", "tasks of b");
        var later = await WatchAsync("*", "a", all["a"].Beat, "b", all["b"].Beat);
        Assert.That(later["a"], Is.EqualTo((all["a"].Beat, (string?)null, (string?)null)));
        Assert.That(later["b"], Is.EqualTo((later["b"].Beat, "news of b", "tasks of b")));
    }

    [Test]
    public async Task Running_tasks_are_returned_for_the_requested_clusters()
    {
        await BeatAsync("a", "about a", "tasks of a");
        await BeatAsync("b", "about b", "tasks of b");
        Assert.That((await WatchAsync("")).Values.Select(v => v.Running), Is.All.Null);
        var one = await WatchAsync("b");
        Assert.That((one["a"].Running, one["b"].Running), Is.EqualTo(((string?)null, "tasks of b")));
    }

    [Test]
    public async Task A_cluster_without_a_heartbeat_is_not_listed()
    {
        await BeatAsync("a", "about a");
        await BeatAsync("b", "about b", timeToLive: TimeSpan.FromMilliseconds(1));
        await Task.Delay(5);
        Assert.That((await WatchAsync("*")).Keys, Is.EqualTo(new[] { "a" }));
    }
}
