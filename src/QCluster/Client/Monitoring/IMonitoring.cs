namespace QCluster;

/// <summary>What the clusters of a queue do, and whether all is well.</summary>
public interface IMonitoring
{
    /// <summary>What the clusters of a queue can run, what they run, and what waits, by priority.</summary>
    /// <param name="queue">The queue; null = the client's own.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<SupervisorInfo> GetInfo(string? queue = null, CancellationToken cancellationToken = default);

    /// <summary>The tasks that run, and some of those that wait.</summary>
    /// <param name="queue">The queue; null = the client's own.</param>
    /// <param name="limit">How many at most; of those that wait no more than a few hundred are looked at.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<TaskInfo>> GetTasks(string? queue = null, int limit = 200, CancellationToken cancellationToken = default);

    /// <summary>Checks Redis, the clusters with their processes, and the queues.</summary>
    /// <param name="options">What is tolerated; null = the defaults.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="BrokerException">Redis cannot be reached.</exception>
    Task<ClusterHealth> CheckHealth(ClusterHealthOptions? options = null, CancellationToken cancellationToken = default);
}
