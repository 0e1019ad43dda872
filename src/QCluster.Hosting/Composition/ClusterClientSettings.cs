using QCluster.Composition;

namespace QCluster.Hosting.Composition;

/// <summary>The client of a program that hosts a cluster has the cluster's settings.</summary>
internal sealed class ClusterClientSettings(ClusterWorkerBuilder cluster) : IClientSettings
{
    public void Apply(QClusterOptions options) => cluster.Options.CopyTo(options);
}
