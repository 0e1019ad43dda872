using QCluster.Execution.Functions;

namespace QCluster.TaskClasses;

/// <summary>Reads classes that derive from <see cref="ClusterTask"/>.</summary>
internal sealed class ClusterTaskReader : TaskClassReader
{
    public override ITaskClass Read(Type type) => TaskClass.Of(type);
}
