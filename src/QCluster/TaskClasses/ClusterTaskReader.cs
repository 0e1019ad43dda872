using QCluster.Execution.Functions;
using System.Diagnostics.CodeAnalysis;
using QCluster.Wire;

namespace QCluster.TaskClasses;

/// <summary>Reads classes that derive from <see cref="ClusterTask"/>.</summary>
internal sealed class ClusterTaskReader : TaskClassReader
{
    [RequiresUnreferencedCode(ReflectionSupport.ReadsTaskClasses)]
    public override ITaskClass Read(Type type) => TaskClass.Of(type);
}
