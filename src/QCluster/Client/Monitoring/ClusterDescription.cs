using System.Text.Json.Serialization;

namespace QCluster.Client.Monitoring;

/// <summary>The state that a cluster reports with each heartbeat, as JSON.</summary>
internal sealed record ClusterDescription
{
    public required string Cluster { get; init; }

    public string? Label { get; init; }

    public required string Host { get; init; }

    public required int Pid { get; init; }

    public required DateTimeOffset Started { get; init; }

    public required string State { get; init; }

    public required IReadOnlyList<string> Queues { get; init; }

    /// <summary>Shared worker processes, and the number of tasks that each runs at a time, without the reserves for higher priorities.</summary>
    public int Workers { get; init; }

    public required int Concurrency { get; init; }

    public int ReserveNormal { get; init; }

    public int ReserveHigh { get; init; }

    public int ReserveCritical { get; init; }

    /// <summary>Worker processes for isolated tasks, once they are needed.</summary>
    public int ProcessWorkers { get; init; }

    /// <summary>The time of this description, by the cluster's clock.</summary>
    public DateTimeOffset At { get; init; }

    public required int Busy { get; init; }

    /// <summary>Tasks in its hands that have not begun.</summary>
    public int Ready { get; init; }

    /// <summary>Outcomes that Redis has not confirmed yet.</summary>
    public int Results { get; init; }

    /// <summary>Processor time of all its processes since the previous heartbeat, in percent of one processor.</summary>
    public double CpuPercent { get; init; }

    /// <summary>Processors of its machine that it may use.</summary>
    public int Processors { get; init; }

    /// <summary>The memory of its machine or container, in bytes; 0 = not reported.</summary>
    public long HostBytes { get; init; }

    /// <summary>The part of it that is available without swapping.</summary>
    public long HostAvailableBytes { get; init; }

    /// <summary>The version of the program.</summary>
    public string? Version { get; init; }

    /// <summary>Processes replaced after a sudden death, and those replaced as planned.</summary>
    public required long Restarts { get; init; }

    public required long Recycles { get; init; }

    public required IReadOnlyList<ProcessDescription> Processes { get; init; }

    /// <summary>Its running tasks. In Redis they are stored separately from the description, for each queue.</summary>
    public IReadOnlyList<RunningDescription> Running { get; init; } = [];

    /// <summary>Memory of all its processes, in bytes.</summary>
    [JsonIgnore]
    public long ResidentBytes => Processes.Sum(p => p.ResidentBytes);
}
