using System.Globalization;
using Docker.DotNet;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;

namespace QCluster.TestSupport.Containers;

/// <summary>What containers of all servers have in common.</summary>
internal static class ServerContainers
{
    /// <summary>By this label test/containers.sh finds those that a killed test process has left behind.</summary>
    private const string Label = "qcluster.test";

    private const int Tries = 5;
    private const int TriesAgain = 20;

    /// <summary>Starts the container, with other free ports if somebody was faster.</summary>
    public static async Task<T> StartAsync<T>(Func<T> create)
        where T : IContainer
    {
        for (var attempt = 1; ; attempt++)
        {
            var container = create();
            try
            {
                await container.StartAsync();
                return container;
            }
            catch (DockerApiException e) when (attempt < Tries && IsPortTaken(e))
            {
                await container.DisposeAsync();
            }
            catch (Exception e)
            {
                var described = await DescribeAsync(container);
                await container.DisposeAsync();
                throw new InvalidOperationException($"{e.Message} {described}", e);
            }
        }
    }

    /// <summary>Starts a stopped one again, and waits for its port if somebody holds it for a moment.</summary>
    public static async Task StartAgainAsync(IContainer container)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await container.StartAsync();
                return;
            }
            catch (DockerApiException e) when (attempt < TriesAgain && IsPortTaken(e))
            {
                await Task.Delay(50);
            }
        }
    }

    /// <summary>By a process, or by another container.</summary>
    private static bool IsPortTaken(DockerApiException e) =>
        e.Message.Contains("address already in use", StringComparison.Ordinal) || e.Message.Contains("port is already allocated", StringComparison.Ordinal);

    /// <summary>Publishes a port at the same one of this machine after every start, which no port that the engine chooses is, and to this machine alone.</summary>
    public static TBuilder Publish<TBuilder, TContainer, TConfiguration>(this ContainerBuilder<TBuilder, TContainer, TConfiguration> builder, int hostPort, int containerPort)
        where TBuilder : ContainerBuilder<TBuilder, TContainer, TConfiguration>
        where TContainer : IContainer
        where TConfiguration : IContainerConfiguration
        => builder
            .WithPortBinding(hostPort, containerPort)
            // Whether the server answers is seen from outside, as tests see it; and some tests want to meet it before.
            .WithWaitStrategy(Wait.ForUnixContainer().AddCustomWaitStrategy(new NoWait()))
            .WithLabel(Label, Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
            .WithCreateParameterModifier(static create =>
            {
                foreach (var binding in create.HostConfig?.PortBindings?.Values.SelectMany(static b => b) ?? [])
                    binding.HostIP = "127.0.0.1";
            });

    private sealed class NoWait : IWaitUntil
    {
        public Task<bool> UntilAsync(IContainer container) => Task.FromResult(true);
    }

    /// <summary>For the message of an error: whether it runs, and the end of its log.</summary>
    public static async Task<string> DescribeAsync(IContainer container)
    {
        if (container.State == TestcontainersStates.Undefined)
            return $"There is no container of {container.Image.FullName}: {ContainerEngine.RedisImageVariable} and {ContainerEngine.PostgresImageVariable} name the images.";
        var (output, error) = await container.GetLogsAsync();
        var text = output + error;
        return $"The container {container.Name} of {container.Image.FullName} is {container.State}. The end of its log: {text[Math.Max(0, text.Length - 2000)..]}";
    }
}
