using QCluster.TestSupport;

namespace QCluster.ChaosTests;

/// <summary>A private Redis and a client for each test; clusters are started by the tests.</summary>
[Category("Chaos")]
internal abstract class ClusterFixture
{
    protected RedisServer Redis { get; private set; } = null!;

    protected QClusterClient Client { get; private set; } = null!;

    protected string Folder { get; private set; } = null!;

    [SetUp]
    public async Task StartRedis()
    {
        Redis = await RedisServer.StartAsync(new RedisServerOptions { AppendOnly = true });
        Client = NewClient(Redis.Endpoint);
        Folder = Directory.CreateTempSubdirectory("qcluster-test-").FullName;
    }

    [TearDown]
    public async Task StopRedis()
    {
        await Client.DisposeAsync();
        await Redis.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    protected static QClusterClient NewClient(string redis) => new(new QClusterOptions { Redis = redis, CallTimeout = TimeSpan.FromSeconds(20) });

    /// <summary>Enqueues demo.append for each number; each writes its own line.</summary>
    protected async Task<IReadOnlyList<string>> AppendAsync(string path, int count, int milliseconds) =>
        await Client.AsyncBulk(Enumerable.Range(0, count).Select(i => new TaskCall("demo.append", path, $"{i}", milliseconds)));

    /// <summary>Waits for every task and returns the records.</summary>
    protected async Task<IReadOnlyList<TaskRecord>> FetchAllAsync(IEnumerable<string> ids, TimeSpan within)
    {
        var deadline = DateTimeOffset.UtcNow + within;
        return await Task.WhenAll(ids.Select(async id =>
            await Client.Fetch(id, deadline - DateTimeOffset.UtcNow is { Ticks: > 0 } left ? left : TimeSpan.FromMilliseconds(1)) ?? throw new AssertionException($"The task {id} is unknown.")));
    }

    /// <summary>How often each number was written.</summary>
    protected static IReadOnlyDictionary<string, int> Lines(string path) =>
        File.ReadAllLines(path).GroupBy(l => l, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);

    /// <summary>Nothing of finished tasks may be left but their records and the counters.</summary>
    protected async Task AssertNothingIsLeftAsync()
    {
        var sizes = await Client.Queues.Sizes();
        Assert.Multiple(() =>
        {
            Assert.That(sizes.Waiting, Is.Zero, "waiting");
            Assert.That(sizes.Running, Is.Zero, "in flight");
            Assert.That(sizes.Delayed, Is.Zero, "delayed");
        });
        var states = await Redis.CallAsync("EVAL", "return #redis.call('KEYS', 'q:{default:default}:s:*') + #redis.call('KEYS', 'q:{default:default}:wt')", "0");
        Assert.That(states.Trim(), Does.EndWith("0"), "states and waiters");
    }
}
