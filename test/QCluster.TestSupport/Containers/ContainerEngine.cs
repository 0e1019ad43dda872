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
        if (!Read(Environment.GetEnvironmentVariable(Variable)))
            return false;
        await Answer.Value;
        return true;
    }

    /// <summary>What the variable says.</summary>
    /// <exception cref="InvalidOperationException">Something else than 0 or 1.</exception>
    public static bool Read(string? value) => value switch
    {
        null or "" or "0" => false,
        "1" => true,
        _ => throw new InvalidOperationException($"{Variable} is '{value}': write 1 to test with containers, 0 to test with processes."),
    };

    /// <summary>Asks an engine whether it is there.</summary>
    /// <param name="engine">Where Testcontainers found one; null = nowhere.</param>
    /// <exception cref="InvalidOperationException">It does not answer.</exception>
    public static async Task CheckAsync(IDockerEndpointAuthenticationConfiguration? engine)
    {
        if (engine is null)
            throw Missing("at DOCKER_HOST or at the usual places", null);
        using var client = engine.GetDockerClientBuilder(Guid.NewGuid()).Build();
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await client.System.PingAsync(limit.Token);
        }
        catch (Exception e) when (e is not DockerApiException)
        {
            throw Missing($"at {engine.Endpoint}: {e.Message.TrimEnd('.')}", e);
        }
    }

    private static InvalidOperationException Missing(string where, Exception? error) => new(
        $"{Variable} is 1, but no container engine answers {where}. Start one (test/containers.sh does), name another in DOCKER_HOST, or unset {Variable} to test with processes.", error);

    /// <summary>SIGKILL for the first process of a container; returns when the container has ended.</summary>
    public static async Task KillAsync(string container)
    {
        using var client = TestcontainersSettings.OS.DockerEndpointAuthConfig.GetDockerClientBuilder(Guid.NewGuid()).Build();
        using var limit = new CancellationTokenSource(Limit);
        await client.Containers.KillContainerAsync(container, new ContainerKillParameters { Signal = "SIGKILL" }, limit.Token);
        await client.Containers.WaitContainerAsync(container, limit.Token);
    }
}
