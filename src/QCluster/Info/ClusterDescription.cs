namespace QCluster.Info;

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

    /// <summary>Worker processes that are shared, and how many tasks each runs at a time; for higher priorities more, by the reserves.</summary>
    public int Workers { get; init; }

    public required int Concurrency { get; init; }

    public int ReserveNormal { get; init; }

    public int ReserveHigh { get; init; }

    public int ReserveCritical { get; init; }

    /// <summary>Worker processes for tasks that get one to themselves, once they are needed.</summary>
    public int ProcessWorkers { get; init; }

    /// <summary>When this was told, by the cluster's clock.</summary>
    public DateTimeOffset At { get; init; }

    public required int Busy { get; init; }

    /// <summary>Processes replaced after a sudden death, and those replaced as planned.</summary>
    public required long Restarts { get; init; }

    public required long Recycles { get; init; }

    public required IReadOnlyList<ProcessDescription> Processes { get; init; }

    public required IReadOnlyList<RunningDescription> Running { get; init; }
}
