using QCluster.Model;
using QCluster.Queue.Queues;

namespace QCluster.Client.Monitoring;

/// <inheritdoc cref="IMonitoring" />
internal sealed class MonitoringClient(QueueScripts queues, InfoClient info, string ownQueue, TimeProvider clock) : IMonitoring
{
    public Task<SupervisorInfo> GetInfo(string? queue = null, CancellationToken cancellationToken = default) => info.GetAsync(NameRule.QueueOr(queue, ownQueue), cancellationToken);

    public Task<IReadOnlyList<TaskInfo>> GetTasks(string? queue = null, int limit = 200, CancellationToken cancellationToken = default) => info.GetTasksAsync(NameRule.QueueOr(queue, ownQueue), limit, cancellationToken);

    public Task<ClusterHealth> CheckHealth(ClusterHealthOptions? options = null, CancellationToken cancellationToken = default) =>
        new HealthChecker(queues, info, options ?? new ClusterHealthOptions(), clock).CheckAsync(cancellationToken);
}
