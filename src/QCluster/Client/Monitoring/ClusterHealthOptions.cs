namespace QCluster;

/// <summary>The limits of a health check.</summary>
public sealed class ClusterHealthOptions
{
    /// <summary>The checked queues.</summary>
    /// <value>Default empty: all queues that were ever used.</value>
    public IList<string> Queues { get; } = [];

    /// <summary>The name of the machine whose clusters are checked; queues are not checked then, since others may serve them. For a container or a machine that checks itself.</summary>
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
    /// <value>Default 1 s. Null: the maximum duration of a call.</value>
    public TimeSpan? MaxLatency { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The maximum time for the start of a process of a cluster.</summary>
    /// <value>Default 30 s.</value>
    public TimeSpan MaxStarting { get; set; } = TimeSpan.FromSeconds(30);
}
