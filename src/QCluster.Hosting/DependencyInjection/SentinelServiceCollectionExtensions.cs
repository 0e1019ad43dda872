using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace QCluster.Hosting.DependencyInjection;

internal static class SentinelServiceCollectionExtensions
{
    /// <summary>Runs a sentinel while the host runs; the host gives it the time that its stop needs.</summary>
    public static IServiceCollection AddSentinel(this IServiceCollection services, Func<IServiceProvider, ClusterOptions> options, string category)
    {
        services.AddSingleton<IPostConfigureOptions<HostOptions>>(provider => new ShutdownTime(options(provider)));
        services.AddSingleton<IHostedService>(provider => new SentinelService(
            options(provider),
            provider.GetRequiredService<ILoggerFactory>().CreateLogger(category),
            provider.GetRequiredService<IHostApplicationLifetime>()));
        return services;
    }
}
