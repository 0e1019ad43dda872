using QCluster.Composition;
using QCluster.Hosting.Children;

namespace QCluster.Hosting.Composition;

/// <summary>Gives the client of a worker's tasks the settings of the worker.</summary>
internal sealed class ChildClientSettings(ClusterChild child, ClusterWorkerBuilder cluster) : IClientSettings
{
    public void Apply(QClusterOptions options)
    {
        child.Settings.CopyTo(options);
        options.Json = cluster.Options.Json;
        options.MessagePack = cluster.Options.MessagePack;
    }
}
