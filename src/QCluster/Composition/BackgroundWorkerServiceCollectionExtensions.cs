using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using QCluster.BackgroundTasks;

namespace QCluster;

/// <summary>Background workers as services of a host. They need <c>AddQCluster</c>.</summary>
public static class BackgroundWorkerServiceCollectionExtensions
{
    /// <summary>Adds a worker that runs at intervals. It starts and stops with the host.</summary>
    /// <param name="services">The services.</param>
    /// <param name="options">The options of the worker.</param>
    public static IServiceCollection AddBackgroundIntervalWorker(this IServiceCollection services, BackgroundIntervalOptions options) =>
        services.AddHosted(options, provider => new BackgroundIntervalWorker(provider.GetRequiredService<IQClusterClient>(), options, provider.GetService<ILogger<BackgroundIntervalWorker>>(), provider.GetService<TimeProvider>()));

    /// <summary>Adds a worker that runs when it is triggered. Resolve it by its type, or one of several by its name as the key, and call its <c>Trigger</c>.</summary>
    /// <inheritdoc cref="AddBackgroundIntervalWorker" />
    public static IServiceCollection AddBackgroundEventWorker(this IServiceCollection services, BackgroundWorkerOptions options) =>
        services.AddHosted(options, provider => new BackgroundEventWorker(provider.GetRequiredService<IQClusterClient>(), options, provider.GetService<ILogger<BackgroundEventWorker>>()));

    /// <summary>Adds a worker that runs for each item. Resolve it by its type, or one of several by its name as the key, and call its <c>Put</c>.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <inheritdoc cref="AddBackgroundIntervalWorker" />
    public static IServiceCollection AddBackgroundQueueWorker<T>(this IServiceCollection services, BackgroundWorkerOptions options) =>
        services.AddHosted(options, provider => new BackgroundQueueWorker<T>(provider.GetRequiredService<IQClusterClient>(), options, provider.GetService<ILogger<BackgroundQueueWorker<T>>>()));

    private static IServiceCollection AddHosted<TWorker>(this IServiceCollection services, BackgroundWorkerOptions options, Func<IServiceProvider, TWorker> make)
        where TWorker : BackgroundWorker
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);
        var key = options.Name ?? options.Executor.Func;
        services.AddKeyedSingleton(key, (provider, _) => make(provider));
        services.AddSingleton(provider => provider.GetRequiredKeyedService<TWorker>(key));
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredKeyedService<TWorker>(key));
        return services;
    }
}
