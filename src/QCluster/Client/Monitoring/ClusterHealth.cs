namespace QCluster;

/// <summary>How Redis, the clusters and the queues are.</summary>
public sealed record ClusterHealth
{
    /// <summary>All that was checked.</summary>
    public required IReadOnlyList<HealthFinding> Findings { get; init; }

    /// <summary>Whether all of it is as it should be.</summary>
    public bool IsHealthy => Problems.Count == 0;

    /// <summary>What is not.</summary>
    public IReadOnlyList<HealthFinding> Problems => [.. Findings.Where(f => !f.IsHealthy)];

    /// <summary>How long Redis took to answer.</summary>
    public required TimeSpan Latency { get; init; }

    /// <summary>How many clusters live.</summary>
    public required int Clusters { get; init; }
}
