using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using QCluster.Hosting;
using QCluster.Hosting.Apps;

namespace QCluster.Testing;

/// <summary>Describes a <see cref="TestCluster"/>, as <c>AddQClusterWorker</c> describes a real one.</summary>
public sealed class TestClusterBuilder
{
    internal TestClusterBuilder()
    {
    }

    /// <summary>The Redis server: a StackExchange.Redis connection string, <c>redis://</c> or <c>rediss://</c>; or <c>embedded</c> for the server in .NET, in the process of the test.</summary>
    /// <value>
    /// Default null: a private <c>redis-server</c> from PATH, or, without one, the embedded server. Either has a free port of 127.0.0.1 and a temporary folder, and
    /// the cluster starts and stops it.
    /// </value>
    public string? Redis { get; set; }

    /// <summary>
    /// The settings of the cluster. Its name is a random one unless it is set here, so that tests can share a server. <c>Queues</c>, <c>Concurrency</c> (all tasks together, over
    /// all queues), time-outs, retries, limits of records and sizes, schedules and error mails (with <c>AddQClusterMail</c> on <see cref="Services"/>) work as in a cluster. <c>Workers</c>, <c>ProcessWorkers</c>, the reserves, <c>LowShare</c>,
    /// <c>Recycle</c>, <c>MaxRss</c>, <c>MaxLost</c>, <c>GuardCycle</c>, <c>HeartbeatTtl</c>, <c>RunOnce</c>, <c>Apps</c> and <c>Redis</c> are ignored, and so is the environment.
    /// </summary>
    public ClusterOptions Options { get; } = new();

    /// <summary>The functions of the cluster.</summary>
    public FunctionRegistry Functions { get; } = new();

    /// <summary>The services of the functions. Hosted services are not started.</summary>
    public IServiceCollection Services => ServiceCollection;

    internal ServiceCollection ServiceCollection { get; } = new();

    /// <summary>Adds an assembly as <c>qcluster start --app</c> does: its functions and task classes, and the registrations of its <see cref="IAppStartup"/>.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidFunctionException">A method cannot be a task function.</exception>
    /// <exception cref="AlreadyRegisteredException">A name is already registered.</exception>
    public TestClusterBuilder AddApp(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        AppLoader.Add(assembly, Functions, Services, Options.Json ??= new System.Text.Json.JsonSerializerOptions());
        return this;
    }
}
