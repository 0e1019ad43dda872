using Microsoft.Extensions.Diagnostics.HealthChecks;
using QCluster;
using QCluster.Composition;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>QCluster among a program's health checks.</summary>
public static class QClusterHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a check of Redis, of the clusters with their processes, and of the queues. It needs <c>AddQCluster</c>. Its data has a text for each thing that was
    /// checked; when something is not well, the description says what and what to do.
    /// </summary>
    /// <param name="builder">The program's health checks.</param>
    /// <param name="configure">Says what is tolerated; null = the defaults of <see cref="ClusterHealthOptions"/>.</param>
    /// <param name="name">The check's name.</param>
    /// <param name="failureStatus">What is reported when something is not well; null = unhealthy.</param>
    /// <param name="tags">Tags to choose checks by, such as <c>ready</c>.</param>
    /// <param name="timeout">How long it may take; null = as long as calls to Redis may (<c>call_timeout</c>).</param>
    public static IHealthChecksBuilder AddQCluster(this IHealthChecksBuilder builder, Action<ClusterHealthOptions>? configure = null, string name = "qcluster", HealthStatus? failureStatus = null, IEnumerable<string>? tags = null, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new ClusterHealthOptions();
        configure?.Invoke(options);
        return builder.Add(new HealthCheckRegistration(name, services => new ClusterHealthCheck(services.GetRequiredService<IQClusterClient>(), options), failureStatus, tags, timeout));
    }
}
