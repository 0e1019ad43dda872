using QCluster.Client.Monitoring;

namespace QCluster.Terminal.Reading;

/// <summary>The clusters of several queues, looked at again and again.</summary>
internal sealed class ClusterReader(QClusterClient client)
{
    private readonly Dictionary<string, ClusterWatch> _watches = new(StringComparer.Ordinal);

    /// <summary>The live clusters of all queues, each once, with what they run of all of them.</summary>
    public async Task<IReadOnlyList<ClusterDescription>> LookAsync(IEnumerable<string> queues, CancellationToken cancellationToken)
    {
        var clusters = new Dictionary<string, ClusterDescription>(StringComparer.Ordinal);
        foreach (var looks in await Task.WhenAll(queues.Select(queue => LookAsync(queue, cancellationToken))))
        {
            foreach (var cluster in looks)
                clusters[cluster.Cluster] = clusters.TryGetValue(cluster.Cluster, out var other) ? other with { Running = [.. other.Running, .. cluster.Running] } : cluster;
        }

        return [.. clusters.Values.OrderBy(c => c.Started)];
    }

    /// <summary>None where the queue cannot be reached: its clusters are seen in their other queues.</summary>
    private Task<IReadOnlyList<ClusterDescription>> LookAsync(string queue, CancellationToken cancellationToken)
    {
        if (!_watches.TryGetValue(queue, out var watch))
            _watches[queue] = watch = client.WatchClusters(queue);
        return QueueReader.OneAsync(queue, () => watch.LookAsync("*", cancellationToken), _ => []);
    }

    /// <summary>One look.</summary>
    public static Task<IReadOnlyList<ClusterDescription>> ReadAsync(QClusterClient client, IEnumerable<string> queues, CancellationToken cancellationToken) =>
        new ClusterReader(client).LookAsync(queues, cancellationToken);
}
