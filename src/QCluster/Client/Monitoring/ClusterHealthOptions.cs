namespace QCluster;

/// <summary>The limits of a health check.</summary>
public sealed class ClusterHealthOptions
{
    /// <summary>The queues looked at.</summary>
    /// <value>Default empty: all that were ever used.</value>
    public IList<string> Queues { get; } = [];

    /// <summary>The machine whose clusters are looked at, by its name; queues are not then, since others may serve them. For a container or a machine that asks about itself.</summary>
    /// <value>Default null: all clusters, and the queues.</value>
    public string? Host { get; set; }

    /// <summary>The minimum number of clusters.</summary>
    /// <value>Default 1.</value>
    public int MinClusters { get; set; } = 1;

    /// <summary>The maximum time that the oldest waiting task of a queue may have waited, or the first delayed one may have been due. Paused queues are not checked.</summary>
    /// <value>Default 5 minutes. Null: no limit.</value>
    public TimeSpan? MaxOldestWaiting { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The maximum time that a schedule may be due without having been fired.</summary>
    /// <value>Default 30 s. Null: no limit.</value>
    public TimeSpan? MaxScheduleLag { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The maximum response time of Redis.</summary>
    /// <value>Default 1 s; null = as long as a call may take.</value>
    public TimeSpan? MaxLatency { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>For how long a process of a cluster may be starting.</summary>
    /// <value>Default 30 s.</value>
    public TimeSpan MaxStarting { get; set; } = TimeSpan.FromSeconds(30);
}
