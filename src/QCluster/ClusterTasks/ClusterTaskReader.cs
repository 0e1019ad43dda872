using System.Diagnostics.CodeAnalysis;
using QCluster.Functions;
using QCluster.Wire;

namespace QCluster.ClusterTasks;

/// <summary>Reads classes that derive from <see cref="ClusterTask"/>.</summary>
internal sealed class ClusterTaskReader : TaskClassReader
{
    [RequiresUnreferencedCode(ReflectionSupport.ReadsTaskClasses)]
    public override ITaskClass Read(Type type) => TaskClass.Of(type);
}
