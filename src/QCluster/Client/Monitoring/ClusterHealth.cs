namespace QCluster;

/// <summary>The result of a health check of Redis, clusters and queues.</summary>
public sealed record ClusterHealth
{
    /// <summary>All checks.</summary>
    public required IReadOnlyList<HealthFinding> Findings { get; init; }

    /// <summary>True if there is no problem.</summary>
    public bool IsHealthy => Problems.Count == 0;

    /// <summary>The problems.</summary>
    public IReadOnlyList<HealthFinding> Problems => [.. Findings.Where(f => !f.IsHealthy)];

    /// <summary>The response time of Redis.</summary>
    public required TimeSpan Latency { get; init; }

    /// <summary>The number of live clusters.</summary>
    public required int Clusters { get; init; }
}
