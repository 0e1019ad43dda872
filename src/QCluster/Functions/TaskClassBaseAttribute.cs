namespace QCluster.Functions;

/// <summary>Marks the base class of task classes.</summary>
/// <param name="reader">The <see cref="TaskClassReader"/> of the classes that derive from it.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TaskClassBaseAttribute(Type reader) : Attribute
{
    public TaskClassReader CreateReader() => (TaskClassReader)Activator.CreateInstance(reader)!;
}
