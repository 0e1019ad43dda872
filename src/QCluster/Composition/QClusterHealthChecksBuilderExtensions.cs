using Microsoft.Extensions.Diagnostics.HealthChecks;
using QCluster;
using QCluster.Composition;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Health checks of QCluster.</summary>
public static class QClusterHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a check of Redis, of the clusters with their processes, and of the queues. It needs <c>AddQCluster</c>. Its data has a text for each
    /// check; the description gives each problem with its remedy.
    /// </summary>
    /// <param name="builder">The program's health checks.</param>
    /// <param name="configure">Sets the tolerances. Null: the defaults of <see cref="ClusterHealthOptions"/>.</param>
    /// <param name="name">The check's name.</param>
    /// <param name="failureStatus">The status that a problem gives. Null: unhealthy.</param>
    /// <param name="tags">Tags that select checks, such as <c>ready</c>.</param>
    /// <param name="timeout">The maximum duration of the check. Null: that of calls to Redis (<c>call_timeout</c>).</param>
    public static IHealthChecksBuilder AddQCluster(this IHealthChecksBuilder builder, Action<ClusterHealthOptions>? configure = null, string name = "qcluster", HealthStatus? failureStatus = null, IEnumerable<string>? tags = null, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new ClusterHealthOptions();
        configure?.Invoke(options);
        return builder.Add(new HealthCheckRegistration(name, services => new ClusterHealthCheck(services.GetRequiredService<IQClusterClient>(), options), failureStatus, tags, timeout));
    }
}
