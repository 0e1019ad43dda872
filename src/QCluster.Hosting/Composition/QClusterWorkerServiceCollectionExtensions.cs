using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using QCluster;
using QCluster.Composition;
using QCluster.Hosting;
using QCluster.Hosting.Composition;
using QCluster.Hosting.Monitor.Mail;
using QCluster.Hosting.Logging;
using QCluster.Hosting.Children;
using QCluster.Client.Settings;
using QCluster.Wire;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Hosts a cluster in the user's own program.</summary>
public static class QClusterWorkerServiceCollectionExtensions
{
    /// <summary>
    /// Runs a cluster while the host runs. The processes of the cluster are this same program, started again: they reach this same call, and
    /// run their role instead of the program's hosted services, which are neither created nor started there. The pusher and the
    /// monitor do not return from this call; a worker builds the host and uses the program's services, configuration and logging.
    /// The code before the start of the host runs in every worker: use <see cref="ClusterProcess.IsChild"/> to skip it there.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">
    /// Sets settings and functions. It runs when the host is built. Settings come from the environment (<c>QCLUSTER_REDIS</c> and
    /// others), then from the section <c>QCluster</c> of the configuration; this callback overrides both.
    /// </param>
    /// <returns>The services.</returns>
    /// <remarks>
    /// An invalid setting fails the building of the host; an unreachable Redis fails its start. So does a program that cannot be started again as the
    /// cluster's processes, with a <see cref="NotSupportedException"/>: a test runner, in-process IIS, and a program that was published trimmed or as Native AOT.
    /// </remarks>
    [RequiresUnreferencedCode(ReflectionSupport.RunsFunctions)]
    [RequiresDynamicCode(ReflectionSupport.RunsFunctions)]
    public static IServiceCollection AddQClusterWorker(this IServiceCollection services, Action<ClusterWorkerBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddSingleton(provider => ClusterWorkerBuilder.Create(new SettingsReader(provider.GetService<IConfiguration>()), configure, provider.GetService<MailSenderType>()));
        services.TryAddSingleton(provider => provider.GetRequiredService<ClusterWorkerBuilder>().Functions);
        services.RemoveAll<IClientSettings>();
        if (ClusterProcess.IsChild)
            AddChild(services);
        else
            AddCluster(services);
        return services;
    }

    private static void AddCluster(IServiceCollection services)
    {
        services.AddSingleton<IClientSettings, ClusterClientSettings>();
        services.AddQCluster();
        services.AddSentinel(static provider => provider.GetRequiredService<ClusterWorkerBuilder>().Options, "QCluster", ConsoleOf);
    }

    private static void AddChild(IServiceCollection services)
    {
        var child = ChildProgram.ConnectOrExit();
        if (child.Role != ChildRole.Worker)
            Environment.Exit(ChildProgram.RunAsync(child).GetAwaiter().GetResult());

        services.AddSingleton(child);
        services.AddSingleton<IClientSettings, ChildClientSettings>();
        services.RemoveAll<IQClusterClient>();
        services.AddSingleton<IQClusterClient>(provider => child.Connection.CreateClient(
            provider.GetRequiredService<IOptions<QClusterOptions>>().Value, provider.GetRequiredService<FunctionRegistry>()));
        services.AddQCluster();
        // The console is the sentinel's. Its provider stays here, with the program's settings, and sends entries instead of writing them.
        services.AddSingleton<ConsoleFormatter>(new ChildConsoleFormatter(child.Log));
        services.PostConfigure<ConsoleLoggerOptions>(static console =>
        {
            console.FormatterName = ChildConsoleFormatter.FormatterName;
            console.LogToStandardErrorThreshold = LogLevel.Trace;
        });
        services.RemoveAll<IHostLifetime>();
        services.AddSingleton<IHostLifetime, ChildLifetime>();
    }

    /// <summary>Workers have the program's other providers, and its filters, themselves.</summary>
    private static Func<string, ILogger> ConsoleOf(IServiceProvider provider)
    {
        var console = provider.GetServices<ILoggerProvider>().OfType<ConsoleLoggerProvider>().FirstOrDefault();
        return category => console?.CreateLogger(category) ?? NullLogger.Instance;
    }
}
