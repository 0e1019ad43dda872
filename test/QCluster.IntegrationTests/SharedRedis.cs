using QCluster.IntegrationTests.Broker;
using QCluster.TestSupport;

namespace QCluster.IntegrationTests;

/// <summary>Leaves a Redis that was named for the tests as it was.</summary>
[SetUpFixture]
internal sealed class SharedRedis
{
    [OneTimeTearDown]
    public async Task DeleteKeys()
    {
        if (Environment.GetEnvironmentVariable(RedisFixture.Variable) is { Length: > 0 } endpoint)
            await TestNames.DeleteKeysAsync(endpoint);
    }
}
