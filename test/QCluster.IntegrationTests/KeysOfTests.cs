using QCluster.IntegrationTests.Broker;
using QCluster.TestSupport;

namespace QCluster.IntegrationTests;

[SetUpFixture]
internal sealed class KeysOfTests
{
    [OneTimeTearDown]
    public Task Delete() => SharedRedis.DeleteAsync(TestNames.Run);
}
