using System.Text.Json;
using QCluster.Queue.Queues;

namespace QCluster.Client.Monitoring;

/// <summary>The live clusters of one queue, polled repeatedly: only changes since the last poll are read.</summary>
internal sealed class ClusterWatch(QueueScripts scripts, string queue)
{
    private Dictionary<string, (string Beat, ClusterDescription Description)> _known = new(StringComparer.Ordinal);

    /// <summary>Reads the descriptions once.</summary>
    /// <param name="running">The clusters whose running tasks are included: <c>*</c> all, empty none, or one cluster's id. The same in each call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<IReadOnlyList<ClusterDescription>> LookAsync(string running, CancellationToken cancellationToken)
    {
        var seen = new Dictionary<string, (string, ClusterDescription)>(StringComparer.Ordinal);
        foreach (var beat in await scripts.WatchAsync(queue, running, _known.Select(k => (k.Key, k.Value.Beat)), cancellationToken).ConfigureAwait(false))
        {
            if (Read(beat) is { } description)
                seen[beat.Cluster] = (beat.Beat, description);
            else if (_known.TryGetValue(beat.Cluster, out var known) && known.Beat == beat.Beat)
                seen[beat.Cluster] = known;
        }

        _known = seen;
        return [.. seen.Values.Select(v => v.Item2)];
    }

    /// <summary>Null without news, and for an unreadable description, which may be that of another version.</summary>
    private static ClusterDescription? Read(ClusterBeat beat)
    {
        if (beat.Description is null)
            return null;
        try
        {
            var read = JsonSerializer.Deserialize(beat.Description, InfoJson.Default.ClusterDescription);
            return beat.Running is null || read is null ? read : read with { Running = JsonSerializer.Deserialize(beat.Running, InfoJson.Default.IReadOnlyListRunningDescription) ?? [] };
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
