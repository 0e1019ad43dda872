using QCluster.Functions;

namespace QCluster.ClusterTasks;

/// <summary>Reads classes that derive from <see cref="ClusterTask"/>.</summary>
internal sealed class ClusterTaskReader : TaskClassReader
{
    public override ITaskClass Read(Type type) => TaskClass.Of(type);
}
