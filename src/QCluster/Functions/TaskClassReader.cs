using System.Reflection;

namespace QCluster.Functions;

/// <summary>Reads task classes, so that the registry needs to know no base class of them.</summary>
internal abstract class TaskClassReader
{
    /// <exception cref="InvalidFunctionException">The class cannot be a task.</exception>
    public abstract ITaskClass Read(Type type);

    /// <summary>The reader of a type that is a task class of its assembly; null for any other. A class that is private to another one belongs to that one alone.</summary>
    public static TaskClassReader? Of(Type type) =>
        type is { IsClass: true, IsAbstract: false, IsNestedPrivate: false, ContainsGenericParameters: false } && type.BaseType != typeof(object)
            ? type.GetCustomAttribute<TaskClassBaseAttribute>(inherit: true)?.CreateReader()
            : null;
}
