namespace QCluster.Hosting;

/// <summary>Describes the cluster that a program hosts.</summary>
public sealed class ClusterWorkerBuilder
{
    /// <summary>The settings of the cluster.</summary>
    public ClusterOptions Options { get; } = new();

    /// <summary>The functions that its workers run.</summary>
    public FunctionRegistry Functions { get; } = new();
}
