using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace QCluster.Composition;

/// <summary>The client's health check for ASP.NET and other hosts.</summary>
internal sealed class ClusterHealthCheck(IQClusterClient client, ClusterHealthOptions options) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var health = await client.Monitoring.CheckHealth(options, cancellationToken).ConfigureAwait(false);
            var data = health.Findings.ToDictionary(f => f.Subject.Length == 0 ? f.Check : $"{f.Check} {f.Subject}", object (f) => f.Text, StringComparer.Ordinal);
            return health.IsHealthy
                ? HealthCheckResult.Healthy($"{health.Clusters} cluster{(health.Clusters == 1 ? "" : "s")}", data)
                : new HealthCheckResult(context.Registration.FailureStatus, string.Join(' ', health.Problems.Select(p => $"{p.Check}{(p.Subject.Length == 0 ? "" : " " + p.Subject)}: {p.Text}")), data: data);
        }
        catch (BrokerException e)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, e.Message, e);
        }
    }
}
