using System.Text.Json.Serialization;

namespace QCluster.Client.Monitoring;

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

    /// <summary>Tasks in its hands that have not begun.</summary>
    public int Ready { get; init; }

    /// <summary>Outcomes that Redis has not confirmed yet.</summary>
    public int Results { get; init; }

    /// <summary>Processor time of all its processes since the heartbeat before, in percent of one processor.</summary>
    public double CpuPercent { get; init; }

    /// <summary>Processors of its machine that it may use.</summary>
    public int Processors { get; init; }

    /// <summary>Memory of its machine, or of its container, in bytes; 0 = not told.</summary>
    public long HostBytes { get; init; }

    /// <summary>How much of that could be had without swapping.</summary>
    public long HostAvailableBytes { get; init; }

    /// <summary>Of the program.</summary>
    public string? Version { get; init; }

    /// <summary>Processes replaced after a sudden death, and those replaced as planned.</summary>
    public required long Restarts { get; init; }

    public required long Recycles { get; init; }

    public required IReadOnlyList<ProcessDescription> Processes { get; init; }

    /// <summary>The queues that it serves and cannot reach; null = none. In a Redis Cluster some may be unavailable while others are not.</summary>
    public IReadOnlyList<UnreachableQueue>? Unreachable { get; init; }

    /// <summary>What it runs. Stands in Redis beside the description, for each queue its own.</summary>
    public IReadOnlyList<RunningDescription> Running { get; init; } = [];

    /// <summary>Memory of all its processes, in bytes.</summary>
    [JsonIgnore]
    public long ResidentBytes => Processes.Sum(p => p.ResidentBytes);
}
