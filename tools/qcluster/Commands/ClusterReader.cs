using System.Text.Json;
using QCluster.Hosting.Roles;
using QCluster.Hosting.Sentinel;
using QCluster.Redis;

namespace QCluster.Tool.Commands;

internal static class ClusterReader
{
    /// <summary>The live clusters of all queues, each once.</summary>
    public static async Task<IReadOnlyList<ClusterDescription>> ReadAsync(QClusterClient client, IEnumerable<string> queues, CancellationToken cancellationToken)
    {
        var clusters = new Dictionary<string, ClusterDescription>(StringComparer.Ordinal);
        foreach (var queue in queues)
        {
            foreach (var (id, description) in await ((RedisBroker)client.Broker).ClustersAsync(queue, cancellationToken))
            {
                if (!clusters.ContainsKey(id) && JsonSerializer.Deserialize(description, ChildJson.Default.ClusterDescription) is { } read)
                    clusters[id] = read;
            }
        }

        return [.. clusters.Values.OrderBy(c => c.Started)];
    }
}
