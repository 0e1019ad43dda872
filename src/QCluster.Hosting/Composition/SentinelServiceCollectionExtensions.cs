using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace QCluster.Hosting.Composition;

internal static class SentinelServiceCollectionExtensions
{
    /// <summary>Runs a sentinel while the host runs. The host waits for its stop.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="options">The cluster's settings.</param>
    /// <param name="category">The category of the sentinel's log.</param>
    /// <param name="workers">The log for entries of workers, by category.</param>
    public static IServiceCollection AddSentinel(this IServiceCollection services, Func<IServiceProvider, ClusterOptions> options, string category, Func<IServiceProvider, Func<string, ILogger>> workers)
    {
        services.AddSingleton<IPostConfigureOptions<HostOptions>>(provider => new ShutdownTime(options(provider)));
        services.AddSingleton<IHostedService>(provider => provider.GetService<NoCluster>() is { } none ? none : new SentinelService(
            options(provider),
            provider.GetRequiredService<ILoggerFactory>(),
            category,
            workers(provider),
            provider.GetRequiredService<IHostApplicationLifetime>()));
        return services;
    }
}
