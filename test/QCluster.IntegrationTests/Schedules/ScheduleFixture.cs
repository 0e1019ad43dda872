using Microsoft.Extensions.Logging.Abstractions;
using QCluster.IntegrationTests.Redis.Connection;
using QCluster.Queue;
using QCluster.Testing;
using QCluster.TestSupport;

namespace QCluster.IntegrationTests.Schedules;

/// <summary>A server for each fixture, a cluster name of its own for each test, and clusters in this process where they are needed.</summary>
[NonParallelizable]
internal abstract class ScheduleFixture
{
    protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static int _count;

    protected RedisServer Server { get; private set; } = null!;

    protected string Name { get; private set; } = null!;

    protected QClusterClient Client { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task StartServer() => Server = await RedisServer.StartAsync();

    [OneTimeTearDown]
    public async Task StopServer() => await Server.DisposeAsync();

    [SetUp]
    public void OpenClient()
    {
        Name = $"schedules{Interlocked.Increment(ref _count)}";
        Client = NewClient(TimeProvider.System);
    }

    [TearDown]
    public async Task CloseClient() => await Client.DisposeAsync();

    protected QClusterClient NewClient(TimeProvider clock, string? secret = null)
    {
        var options = new QClusterOptions { Redis = Server.Endpoint, Name = Name, Cached = true };
        if (secret is not null)
            options.Secrets.Add(secret);
        return new QClusterClient(options, new RedisTransport(RedisConnectionFixture.Connect(Server.Endpoint), Name, clock, NullLogger.Instance), null, clock);
    }

    protected Task<TestCluster> StartClusterAsync(Action<TestClusterBuilder>? configure = null) => TestCluster.StartAsync(cluster =>
    {
        cluster.Redis = Server.Endpoint;
        cluster.Options.Name = Name;
        cluster.Options.Cached = true;
        cluster.Functions.Add("f", (object? _) => 1).Add("sleep", async (int milliseconds) => await Task.Delay(milliseconds));
        configure?.Invoke(cluster);
    });

    protected Task<string> RedisAsync(params string[] command) => Server.CallAsync(command);
}
