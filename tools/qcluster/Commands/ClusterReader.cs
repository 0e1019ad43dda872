using QCluster.Info;

namespace QCluster.Tool.Commands;

internal static class ClusterReader
{
    /// <summary>The live clusters of all queues, each once.</summary>
    public static async Task<IReadOnlyList<ClusterDescription>> ReadAsync(QClusterClient client, IEnumerable<string> queues, CancellationToken cancellationToken)
    {
        var clusters = new Dictionary<string, ClusterDescription>(StringComparer.Ordinal);
        foreach (var queue in queues)
        {
            foreach (var cluster in await client.ClustersAsync(queue, cancellationToken))
                clusters.TryAdd(cluster.Cluster, cluster);
        }

        return [.. clusters.Values.OrderBy(c => c.Started)];
    }
}
