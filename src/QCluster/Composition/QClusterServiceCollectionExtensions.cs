using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using QCluster;
using QCluster.Composition;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the client.</summary>
public static class QClusterServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IQClusterClient"/> as a singleton. Its settings come from the environment (<c>QCLUSTER_REDIS</c> and
    /// others), then the section <c>QCluster</c> of the program's configuration, then <paramref name="configure"/>, which takes
    /// precedence. They are checked when the host starts. The static calls of <see cref="Tasks"/> use the same client from then on,
    /// or from its first resolution.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Changes settings. Null: no changes. Several calls add up.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddQCluster(this IServiceCollection services, Action<QClusterOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<IClientSettings, ProgramSettings>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<QClusterOptions>, ClientOptionsSetup>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<QClusterOptions>, ClientOptionsSetup>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<QClusterOptions>, ClientOptionsSetup>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, DefaultClientService>());
        var options = services.AddOptions<QClusterOptions>().ValidateOnStart();
        if (configure is not null)
            options.Configure(configure);
        services.TryAddSingleton<IQClusterClient>(provider =>
        {
            var client = new QClusterClient(
                provider.GetRequiredService<IOptions<QClusterOptions>>().Value,
                provider.GetService<ILoggerFactory>(),
                provider.GetService<FunctionRegistry>(),
                provider);
            Tasks.Default = client;
            return client;
        });
        return services;
    }
}
