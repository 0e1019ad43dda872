namespace QCluster;

/// <summary>The capacity of one cluster.</summary>
public sealed record ClusterPool
{
    /// <summary>The id of the cluster.</summary>
    public required string Id { get; init; }

    /// <summary>The machine of the cluster.</summary>
    public required string Host { get; init; }

    /// <summary>Shared worker processes.</summary>
    public required int Workers { get; init; }

    /// <summary>The number of slots of the shared workers together, for any priority.</summary>
    public required int PoolSize { get; init; }

    /// <summary>Extra slots for normal priority or above.</summary>
    public required int ReserveNormal { get; init; }

    /// <summary>Extra slots, beyond those, for high priority or above.</summary>
    public required int ReserveHigh { get; init; }

    /// <summary>Extra slots, beyond those, for critical priority.</summary>
    public required int ReserveCritical { get; init; }

    /// <summary>The number of worker processes for isolated tasks.</summary>
    public required int ProcessPoolSize { get; init; }

    /// <summary>The number of running tasks.</summary>
    public required int Running { get; init; }
}
