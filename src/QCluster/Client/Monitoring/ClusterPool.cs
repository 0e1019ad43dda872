namespace QCluster;

/// <summary>What one cluster can run.</summary>
public sealed record ClusterPool
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The machine it runs on.</summary>
    public required string Host { get; init; }

    /// <summary>Shared worker processes.</summary>
    public required int Workers { get; init; }

    /// <summary>How many tasks the shared workers run together, of any priority.</summary>
    public required int PoolSize { get; init; }

    /// <summary>How many more with one of normal priority or above.</summary>
    public required int ReserveNormal { get; init; }

    /// <summary>How many more, beyond that, with one of high priority or above.</summary>
    public required int ReserveHigh { get; init; }

    /// <summary>How many more, beyond that, of critical priority.</summary>
    public required int ReserveCritical { get; init; }

    /// <summary>How many tasks run at a time that have a worker process to themselves.</summary>
    public required int ProcessPoolSize { get; init; }

    /// <summary>How many tasks run.</summary>
    public required int Running { get; init; }
}
