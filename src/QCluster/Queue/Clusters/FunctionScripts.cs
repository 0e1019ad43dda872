namespace QCluster.Queue.Clusters;

/// <summary>The script by which workers announce the functions of their app.</summary>
internal sealed class FunctionScripts(IScriptTransport transport)
{
    public static readonly QueueScript Tell = new("functions_tell", KeySuffix.Functions);

    /// <summary>Adds functions to those of a cluster, at most 1,000 in one call. Without effect if the cluster is not alive.</summary>
    public Task TellAsync(string queue, string cluster, IEnumerable<string> functions, CancellationToken cancellationToken)
    {
        var id = ScriptCall.Text(cluster);
        return transport.RunAsync(new ScriptCall(Tell, queue, id, [id, .. functions.Select(ScriptCall.Text)]), cancellationToken);
    }
}
