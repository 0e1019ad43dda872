using System.Diagnostics.CodeAnalysis;

namespace QCluster.Execution.Functions;

/// <summary>Marks the base class of task classes.</summary>
/// <param name="reader">The <see cref="TaskClassReader"/> of the classes that derive from it.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TaskClassBaseAttribute([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] Type reader) : Attribute
{
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)]
    private readonly Type _reader = reader;

    public TaskClassReader CreateReader() => (TaskClassReader)Activator.CreateInstance(_reader)!;
}
