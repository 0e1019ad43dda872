using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using QCluster.Wire;

namespace QCluster.Execution.Functions;

/// <summary>Reads task classes, so that the registry does not depend on their base class.</summary>
internal abstract class TaskClassReader
{
    /// <exception cref="InvalidFunctionException">The class cannot be a task.</exception>
    [RequiresUnreferencedCode(ReflectionSupport.ReadsTaskClasses)]
    public abstract ITaskClass Read(Type type);

    /// <summary>The reader of a type that is a task class of its assembly; null for other types. A private nested class is not one.</summary>
    public static TaskClassReader? Of(Type type) =>
        type is { IsClass: true, IsAbstract: false, IsNestedPrivate: false, ContainsGenericParameters: false } && type.BaseType != typeof(object)
            ? type.GetCustomAttribute<TaskClassBaseAttribute>(inherit: true)?.CreateReader()
            : null;
}
