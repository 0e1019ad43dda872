using QCluster.TestSupport;

namespace QCluster.IntegrationTests.Broker;

/// <summary>A server for each fixture, a queue under its own name for each test.</summary>
public abstract class BrokerFixture
{
    internal RedisServer Server { get; private set; } = null!;

    internal TestQueue Queue { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task StartServer() => Server = await RedisServer.StartAsync();

    [OneTimeTearDown]
    public async Task StopServer() => await Server.DisposeAsync();

    [SetUp]
    public void OpenQueue() => Queue = new TestQueue(Server.Endpoint);

    [TearDown]
    public async Task CloseQueue() => await Queue.DisposeAsync();
}
