using QCluster.Composition;

namespace QCluster.Hosting.Composition;

/// <summary>Gives the client of a program that hosts a cluster the settings of the cluster.</summary>
internal sealed class ClusterClientSettings(ClusterWorkerBuilder cluster) : IClientSettings
{
    public void Apply(QClusterOptions options) => cluster.Options.CopyTo(options);
}
