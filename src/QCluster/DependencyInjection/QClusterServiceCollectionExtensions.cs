using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using QCluster;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the client.</summary>
public static class QClusterServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IQClusterClient"/> as a singleton, with settings from the environment (<c>QCLUSTER_REDIS</c>,
    /// <c>QCLUSTER_NAME</c>, <c>QCLUSTER_QUEUE</c>, <c>QCLUSTER_SECRET</c>) and then from <paramref name="configure"/>. They are checked
    /// when the host starts. The static calls of <see cref="Tasks"/> use the same client once it has been resolved.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Changes settings; null = as they are.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddQCluster(this IServiceCollection services, Action<QClusterOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.AddOptions<QClusterOptions>().Configure(Tasks.ReadEnvironment);
        if (configure is not null)
            options.Configure(configure);
        options.ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<QClusterOptions>, QClusterOptionsValidator>());
        services.TryAddSingleton<IQClusterClient>(provider =>
        {
            var client = new QClusterClient(
                provider.GetRequiredService<IOptions<QClusterOptions>>().Value,
                provider.GetService<ILoggerFactory>(),
                provider.GetService<FunctionRegistry>());
            Tasks.Default = client;
            return client;
        });
        return services;
    }

    private sealed class QClusterOptionsValidator : IValidateOptions<QClusterOptions>
    {
        public ValidateOptionsResult Validate(string? name, QClusterOptions options)
        {
            try
            {
                options.Validate();
                return ValidateOptionsResult.Success;
            }
            catch (InvalidSettingException e)
            {
                return ValidateOptionsResult.Fail(e.Message);
            }
        }
    }
}
