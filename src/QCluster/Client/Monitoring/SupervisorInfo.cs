namespace QCluster;

/// <summary>Capacity, running and waiting tasks of all clusters that serve a queue. The same as <c>get_info</c> of atasker.</summary>
public sealed record SupervisorInfo
{
    /// <summary>The clusters.</summary>
    public required IReadOnlyList<ClusterPool> Clusters { get; init; }

    /// <summary>Waiting tasks by priority, 0 to 9.</summary>
    public required IReadOnlyList<long> QueuedByPriority { get; init; }

    /// <summary>Delayed tasks.</summary>
    public required long Delayed { get; init; }

    /// <summary>Tasks that workers have, started or about to start.</summary>
    public required long Running { get; init; }

    /// <summary>The ids of the running tasks, at the clusters' last heartbeats.</summary>
    public required IReadOnlyList<string> RunningTasks { get; init; }
}
