using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using QCluster.IntegrationTests.Broker;
using QCluster.TestSupport;

namespace QCluster.IntegrationTests.Health;

public sealed class HealthTests
{
    private RedisServer _redis = null!;

    [SetUp]
    public async Task StartRedis() => _redis = await RedisServer.StartAsync();

    [TearDown]
    public async Task StopRedis() => await _redis.DisposeAsync();

    private ServiceProvider Services(Action<ClusterHealthOptions>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddQCluster(options =>
        {
            options.Redis = _redis.Endpoint;
            options.CallTimeout = TimeSpan.FromSeconds(1);
        });
        services.AddHealthChecks().AddQCluster(configure, tags: ["ready"]);
        return services.BuildServiceProvider();
    }

    private static async Task<HealthReportEntry> CheckAsync(IServiceProvider services) =>
        (await services.GetRequiredService<HealthCheckService>().CheckHealthAsync(r => r.Tags.Contains("ready"))).Entries["qcluster"];

    [Test]
    public async Task No_cluster_is_unhealthy_with_advice_unless_none_is_required()
    {
        await using var services = Services();
        var found = await CheckAsync(services);
        Assert.That((found.Status, found.Description), Is.EqualTo((HealthStatus.Unhealthy, "clusters: No cluster is running. Start one with 'qcluster start'.")));
        await using var tolerant = Services(options => options.MinClusters = 0);
        Assert.That((await CheckAsync(tolerant)).Status, Is.EqualTo(HealthStatus.Healthy));
    }

    [Test]
    public async Task Unserved_and_old_tasks_are_unhealthy_and_paused_ones_are_not()
    {
        await using var services = Services(options =>
        {
            options.MinClusters = 0;
            options.MaxOldestWaiting = TimeSpan.FromMilliseconds(20);
        });
        var client = services.GetRequiredService<IQClusterClient>();
        await client.Async("math.add", 1, 2);
        await Task.Delay(50);
        var found = await CheckAsync(services);
        Assert.That(found.Status, Is.EqualTo(HealthStatus.Unhealthy));
        Assert.That(found.Description, Does.Contain("served by no cluster. Start one with 'qcluster start --queue default'.").And.Contain("the oldest waiting task has waited for"));
        Assert.That(found.Data["queue default"], Does.StartWith("1 waiting, 0 delayed, 0 running"));
        Assert.That(await client.Queues.Pause(), Is.True);
        Assert.That((await CheckAsync(services)).Status, Is.EqualTo(HealthStatus.Healthy));
    }

    [TestCase("allkeys-lru", "drops any key")]
    [TestCase("volatile-ttl", "drops keys that have a time-to-live")]
    public async Task A_Redis_that_evicts_is_unhealthy_and_reported_by_the_doctor(string policy, string loss)
    {
        await using var services = Services(options => options.MinClusters = 0);
        await _redis.CallAsync("CONFIG", "SET", "maxmemory-policy", policy);
        Assert.That((await CheckAsync(services)).Status, Is.EqualTo(HealthStatus.Healthy), "without maxmemory nothing is evicted");
        await _redis.CallAsync("CONFIG", "SET", "maxmemory", "100mb");
        var found = await CheckAsync(services);
        Assert.That(found.Status, Is.EqualTo(HealthStatus.Unhealthy));
        Assert.That(found.Description, Does.Contain($"maxmemory-policy is {policy}").And.Contain(loss).And.Contain("noeviction"));
        await using var queue = new TestQueue(_redis.Endpoint);
        Assert.That((await queue.Client.ExamineServerAsync(CancellationToken.None)).Single().Problem, Does.Contain(loss));
        await _redis.CallAsync("CONFIG", "SET", "maxmemory-policy", "noeviction");
        Assert.That((await CheckAsync(services)).Status, Is.EqualTo(HealthStatus.Healthy));
        Assert.That(await queue.Client.ExamineServerAsync(CancellationToken.None), Is.Empty);
    }

    [Test]
    public async Task A_full_redis_is_unhealthy_and_called_full()
    {
        await using var services = Services(options => options.MinClusters = 0);
        await _redis.CallAsync("CONFIG", "SET", "maxmemory", "1");
        var found = await CheckAsync(services);
        Assert.That(found.Status, Is.EqualTo(HealthStatus.Unhealthy));
        Assert.That(found.Description, Does.StartWith("memory: Redis is full and refuses new tasks"));
    }

    [Test]
    public async Task An_unavailable_Redis_is_unhealthy_within_the_call_timeout()
    {
        await using var services = Services();
        await _redis.StopAsync();
        var found = await CheckAsync(services);
        Assert.That(found.Status, Is.EqualTo(HealthStatus.Unhealthy));
        Assert.That(found.Exception, Is.TypeOf<BrokerException>());
        await _redis.StartAgainAsync();
    }

    [Test]
    public async Task An_unknown_id_is_not_waited_for()
    {
        await using var services = Services();
        var client = services.GetRequiredService<IQClusterClient>();
        var unknown = Guid.CreateVersion7().ToString("N");
        Assert.That(async () => await client.Result<int>(unknown).WaitAsync(TimeSpan.FromSeconds(10)), Throws.TypeOf<UnknownTaskException>());
        Assert.That(await client.Fetch(unknown, Timeout.InfiniteTimeSpan).WaitAsync(TimeSpan.FromSeconds(10)), Is.Null);
    }
}
