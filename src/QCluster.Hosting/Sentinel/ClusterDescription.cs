namespace QCluster.Hosting.Sentinel;

/// <summary>What a cluster tells of itself with each heartbeat, as JSON.</summary>
internal sealed record ClusterDescription
{
    public required string Cluster { get; init; }

    public string? Label { get; init; }

    public required string Host { get; init; }

    public required int Pid { get; init; }

    public required DateTimeOffset Started { get; init; }

    public required string State { get; init; }

    public required IReadOnlyList<string> Queues { get; init; }

    public required int Concurrency { get; init; }

    public required int Busy { get; init; }

    /// <summary>Processes replaced after a sudden death, and those replaced as planned.</summary>
    public required long Restarts { get; init; }

    public required long Recycles { get; init; }

    public required IReadOnlyList<ProcessDescription> Processes { get; init; }

    public required IReadOnlyList<RunningDescription> Running { get; init; }
}
