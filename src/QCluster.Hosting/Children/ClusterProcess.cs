using QCluster.Hosting.Children;

namespace QCluster.Hosting;

/// <summary>Describes the role of this process in a cluster.</summary>
public static class ClusterProcess
{
    /// <summary>
    /// Tells whether a sentinel started this process as one of its own, from the program that hosts the cluster. The <c>Main</c> of such a program
    /// runs up to the start of its host in every worker; ask this before work that must happen only once.
    /// </summary>
    public static bool IsChild => ChildEnvironment.Current is not null;
}
