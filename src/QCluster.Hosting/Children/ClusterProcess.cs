using QCluster.Hosting.Children;

namespace QCluster.Hosting;

/// <summary>Describes the role of this process in a cluster.</summary>
public static class ClusterProcess
{
    /// <summary>
    /// Whether a sentinel started this process as one of its own, from the program that hosts the cluster. Such a program's
    /// <c>Main</c> runs up to the start of its host in every worker; what must happen only once asks this.
    /// </summary>
    public static bool IsChild => ChildEnvironment.Current is not null;
}
