using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using QCluster;
using QCluster.Hosting;
using QCluster.Hosting.DependencyInjection;
using QCluster.Hosting.Gateway;
using QCluster.Hosting.Roles;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Hosts a cluster in the user's own program.</summary>
public static class QClusterWorkerServiceCollectionExtensions
{
    /// <summary>
    /// Runs a cluster while the host runs. Its processes are this same program started again: they come to this same call, and
    /// run their role instead of the program's other hosted services, which are never started there. The workers use the
    /// program's own services, configuration and logging; whatever the program does before its host starts happens in every process.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Settings and functions. Settings start from the environment, as for <c>AddQCluster</c>.</param>
    /// <returns>The services.</returns>
    /// <exception cref="InvalidSettingException">A setting cannot be used.</exception>
    public static IServiceCollection AddQClusterWorker(this IServiceCollection services, Action<ClusterWorkerBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        var builder = new ClusterWorkerBuilder();
        QCluster.Tasks.ReadEnvironment(builder.Options);
        configure(builder);
        builder.Options.Validate();
        services.TryAddSingleton(builder.Functions);

        if (ChildProgram.IsChild)
        {
            var connection = new WorkerConnection();
            services.RemoveAll<IQClusterClient>();
            services.AddSingleton<IQClusterClient>(_ => connection.CreateClient(builder.Functions, builder.Options.Json));
            // The sentinel alone hears signals.
            services.RemoveAll<IHostLifetime>();
            services.AddSingleton<IHostLifetime, SilentLifetime>();
            services.AddSingleton<IHostedService>(provider => new ChildService(new HostedWorker(builder.Functions, provider, connection, builder.Options.Json)));
            return services;
        }

        services.AddQCluster(options => CopyClientSettings(builder.Options, options));
        services.AddSingleton<IHostedService>(provider => new SentinelService(
            builder.Options,
            provider.GetRequiredService<ILoggerFactory>().CreateLogger("QCluster"),
            provider.GetRequiredService<IHostApplicationLifetime>()));
        return services;
    }

    private static void CopyClientSettings(ClusterOptions from, QClusterOptions to)
    {
        to.Name = from.Name;
        to.Redis = from.Redis;
        to.Queue = from.EffectiveQueues[0];
        to.ResultTtl = from.ResultTtl;
        to.CallTimeout = from.CallTimeout;
        to.Compress = from.Compress;
        to.MaxPacketBytes = from.MaxPacketBytes;
        to.Json = from.Json;
        to.Secrets.Clear();
        foreach (var secret in from.Secrets)
            to.Secrets.Add(secret);
    }
}
