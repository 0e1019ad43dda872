using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using QCluster;
using QCluster.Hosting.Composition;
using QCluster.Testing;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers a client that only records.</summary>
public static class RecordingServiceCollectionExtensions
{
    /// <summary>
    /// Adds a <see cref="RecordingClient"/> as <see cref="IQClusterClient"/> and as itself, in place of the program's own client, added before or
    /// later. The settings are the program's; Redis and a database are not connected to. A cluster that <c>AddQClusterWorker</c> adds, before or later, is not started.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Changes settings. Null: no changes.</param>
    /// <returns>The services.</returns>
    /// <remarks>When a host with these services starts, the client becomes <see cref="Tasks.Default"/>, as the program's own would.</remarks>
    public static IServiceCollection AddRecordingQCluster(this IServiceCollection services, Action<QClusterOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddQCluster(configure);
        services.PostConfigure<QClusterOptions>(static options => options.Results = null);
        services.TryAddSingleton<NoCluster>();
        services.RemoveAll<IQClusterClient>();
        services.TryAddSingleton(static provider => new RecordingClient(
            provider.GetRequiredService<IOptions<QClusterOptions>>().Value,
            provider.GetService<FunctionRegistry>(),
            provider.GetService<TimeProvider>() ?? TimeProvider.System,
            provider));
        services.AddSingleton<IQClusterClient>(static provider => provider.GetRequiredService<RecordingClient>());
        return services;
    }
}
