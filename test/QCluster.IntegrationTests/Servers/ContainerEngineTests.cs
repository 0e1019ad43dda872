using DotNet.Testcontainers.Configurations;
using QCluster.TestSupport.Containers;

namespace QCluster.IntegrationTests.Servers;

/// <summary>Asking for containers either gets them or fails.</summary>
internal sealed class ContainerEngineTests
{
    [Test]
    public void Engine_that_does_not_answer_fails_with_its_address_and_advice()
    {
        var socket = new Uri($"unix:///tmp/nobody-{Guid.NewGuid():N}.sock");
        Assert.That(
            () => ContainerEngine.CheckAsync(new DockerEndpointAuthenticationConfiguration(socket)),
            Throws.InvalidOperationException.With.Message.Contains(socket.ToString()).And.Message.Contains("DOCKER_HOST").And.Message.Contains("unset QCLUSTER_TEST_CONTAINERS"));
    }

    [Test]
    public void Missing_engine_fails_with_advice_too() =>
        Assert.That(() => ContainerEngine.CheckAsync(null), Throws.InvalidOperationException.With.Message.Contains("no container engine answers"));

    [TestCase(null, false)]
    [TestCase("", false)]
    [TestCase("0", false)]
    [TestCase("1", true)]
    public void The_environment_variable_switches_containers_on(string? value, bool isWanted) => Assert.That(ContainerEngine.Read(value), Is.EqualTo(isWanted));

    [Test]
    public void An_invalid_value_is_named() => Assert.That(() => ContainerEngine.Read("yes"), Throws.InvalidOperationException.With.Message.Contains("'yes'"));
}
