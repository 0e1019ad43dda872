namespace QCluster;

/// <summary>The state and the health of the clusters of a queue.</summary>
public interface IMonitoring
{
    /// <summary>Returns capacity, running and waiting tasks of the clusters of a queue, by priority.</summary>
    /// <param name="queue">The queue; null = the client's own.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<SupervisorInfo> GetInfo(string? queue = null, CancellationToken cancellationToken = default);

    /// <summary>Returns the running tasks, and some of the waiting ones.</summary>
    /// <param name="queue">The queue; null = the client's own.</param>
    /// <param name="limit">The maximum number; waiting tasks are limited to a few hundred.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<TaskInfo>> GetTasks(string? queue = null, int limit = 200, CancellationToken cancellationToken = default);

    /// <summary>Checks Redis, the clusters with their processes, and the queues.</summary>
    /// <param name="options">The tolerances. Null: the defaults.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="BrokerException">Redis is unavailable.</exception>
    Task<ClusterHealth> CheckHealth(ClusterHealthOptions? options = null, CancellationToken cancellationToken = default);
}
