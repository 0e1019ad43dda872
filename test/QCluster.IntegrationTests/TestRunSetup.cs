using QCluster.TestSupport;

namespace QCluster.IntegrationTests;

/// <summary>The authority that this process trusts, made before anything of it uses TLS.</summary>
[SetUpFixture]
public sealed class TestRunSetup
{
    public static TestAuthority Authority { get; } = new();

    [OneTimeSetUp]
    public void Trust() => Authority.TrustInThisProcess();

    [OneTimeTearDown]
    public void Delete() => Authority.Dispose();
}
