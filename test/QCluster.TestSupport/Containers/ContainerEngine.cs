using Docker.DotNet;
using Docker.DotNet.Models;
using DotNet.Testcontainers.Configurations;

namespace QCluster.TestSupport.Containers;

/// <summary>Whether tests run their servers in containers, which images those are, and what Testcontainers has no call for.</summary>
internal static class ContainerEngine
{
    /// <summary>1 = servers of tests are containers.</summary>
    public const string Variable = "QCLUSTER_TEST_CONTAINERS";

    public const string RedisImageVariable = "QCLUSTER_TEST_REDIS_IMAGE";
    public const string PostgresImageVariable = "QCLUSTER_TEST_POSTGRES_IMAGE";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly Lazy<Task> Answer = new(static () => CheckAsync(TestcontainersSettings.OS.DockerEndpointAuthConfig));

    public static string RedisImage => Environment.GetEnvironmentVariable(RedisImageVariable) is { Length: > 0 } image ? image : "redis:7";

    public static string PostgresImage => Environment.GetEnvironmentVariable(PostgresImageVariable) is { Length: > 0 } image ? image : "postgres:15";

    /// <summary>Whether containers are asked for.</summary>
    /// <exception cref="InvalidOperationException">They are, and no engine answers: such tests fail, since nothing was tried with a container.</exception>
    public static async Task<bool> IsWantedAsync()
    {
        switch (Environment.GetEnvironmentVariable(Variable))
        {
            case null or "" or "0":
                return false;
            case "1":
                await Answer.Value;
                return true;
            case var other:
                throw new InvalidOperationException($"{Variable} is '{other}': write 1 to test with containers, 0 to test with processes.");
        }
    }

    /// <summary>Asks an engine whether it is there.</summary>
    /// <exception cref="InvalidOperationException">It does not answer.</exception>
    public static async Task CheckAsync(IDockerEndpointAuthenticationConfiguration engine)
    {
        using var client = engine.GetDockerClientBuilder(Guid.NewGuid()).Build();
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await client.System.PingAsync(limit.Token);
        }
        catch (Exception e) when (e is not DockerApiException)
        {
            throw new InvalidOperationException(
                $"{Variable} is 1, but no container engine answers at {engine.Endpoint}: {e.Message} Start one (test/containers.sh does), name another in DOCKER_HOST, or unset {Variable} to test with processes.", e);
        }
    }

    /// <summary>SIGKILL for the first process of a container; returns when the container has ended.</summary>
    public static async Task KillAsync(string container)
    {
        using var client = TestcontainersSettings.OS.DockerEndpointAuthConfig.GetDockerClientBuilder(Guid.NewGuid()).Build();
        using var limit = new CancellationTokenSource(Limit);
        await client.Containers.KillContainerAsync(container, new ContainerKillParameters { Signal = "SIGKILL" }, limit.Token);
        await client.Containers.WaitContainerAsync(container, limit.Token);
    }
}
