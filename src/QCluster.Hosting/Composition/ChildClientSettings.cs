using QCluster.Composition;
using QCluster.Hosting.Children;

namespace QCluster.Hosting.Composition;

/// <summary>The client of a worker's tasks has what the sentinel gave the worker.</summary>
internal sealed class ChildClientSettings(ClusterChild child, ClusterWorkerBuilder cluster) : IClientSettings
{
    public void Apply(QClusterOptions options)
    {
        child.Settings.CopyTo(options);
        options.Json = cluster.Options.Json;
        options.MessagePack = cluster.Options.MessagePack;
    }
}
