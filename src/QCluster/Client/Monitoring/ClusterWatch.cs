using System.Text;
using System.Text.Json;
using QCluster.Queue;

namespace QCluster.Client.Monitoring;

/// <summary>The live clusters of one queue, looked at again and again: what has not changed since the last look is not fetched.</summary>
internal sealed class ClusterWatch(IBroker broker, string queue)
{
    private Dictionary<string, (string Beat, ClusterDescription Description)> _known = new(StringComparer.Ordinal);

    /// <summary>One look.</summary>
    /// <param name="running">Whose running tasks are wanted: <c>*</c> all, empty none, or a cluster's id. The same at each look.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<IReadOnlyList<ClusterDescription>> LookAsync(string running, CancellationToken cancellationToken)
    {
        byte[][] arguments = [ScriptCall.Text(running), .. _known.SelectMany(k => (byte[][])[ScriptCall.Text(k.Key), ScriptCall.Text(k.Value.Beat)])];
        var reply = await broker.RunAsync(new ScriptCall(QueueScript.Watch, queue, KeySuffix.ClusterInfo, [], arguments), cancellationToken).ConfigureAwait(false);
        var seen = new Dictionary<string, (string, ClusterDescription)>(StringComparer.Ordinal);
        for (var i = 0; i + 3 < reply.Items.Count; i += 4)
        {
            var cluster = Encoding.UTF8.GetString(reply[i].Bytes);
            var beat = Encoding.UTF8.GetString(reply[i + 1].Bytes);
            if (Read(reply[i + 2], reply[i + 3]) is { } description)
                seen[cluster] = (beat, description);
            else if (_known.TryGetValue(cluster, out var known) && known.Beat == beat)
                seen[cluster] = known;
        }

        _known = seen;
        return [.. seen.Values.Select(v => v.Item2)];
    }

    /// <summary>Null when nothing new is told, or what is told cannot be read: it may come from another version.</summary>
    private static ClusterDescription? Read(ScriptReply description, ScriptReply running)
    {
        if (description.IsNil)
            return null;
        try
        {
            var read = JsonSerializer.Deserialize(description.Bytes, InfoJson.Default.ClusterDescription);
            return running.IsNil || read is null ? read : read with { Running = JsonSerializer.Deserialize(running.Bytes, InfoJson.Default.IReadOnlyListRunningDescription) ?? [] };
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
