using QCluster.TestSupport;

namespace QCluster.IntegrationTests.Broker;

/// <summary>A Redis for each fixture, or one that others use too; a queue under its own name for each test.</summary>
public abstract class BrokerFixture
{
    internal IRedisFixture Server { get; private set; } = null!;

    internal TestQueue Queue { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task StartServer() => Server = await RedisFixture.StartAsync();

    [OneTimeTearDown]
    public async Task StopServer() => await Server.DisposeAsync();

    [SetUp]
    public void OpenQueue() => Queue = new TestQueue(Server.Endpoint);

    [TearDown]
    public async Task CloseQueue() => await Queue.DisposeAsync();
}
