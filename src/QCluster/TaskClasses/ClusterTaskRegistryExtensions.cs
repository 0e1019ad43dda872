using System.Diagnostics.CodeAnalysis;
using QCluster.Wire;

namespace QCluster.TaskClasses;

/// <summary>Registers task classes.</summary>
public static class ClusterTaskRegistryExtensions
{
    /// <summary>Registers a task class under its own name.</summary>
    /// <typeparam name="TTask">The class.</typeparam>
    /// <param name="functions">The registry.</param>
    /// <returns>The registry.</returns>
    /// <exception cref="InvalidFunctionException">The class has no <c>Name</c> or no <c>Run</c>, or cannot be a task for another reason.</exception>
    /// <exception cref="AlreadyRegisteredException">The name is already registered, by this or another class.</exception>
    [RequiresUnreferencedCode(ReflectionSupport.ReadsTaskClasses)]
    public static FunctionRegistry Register<TTask>(this FunctionRegistry functions)
        where TTask : ClusterTask
        => functions.Register(typeof(TTask));

    /// <inheritdoc cref="Register{TTask}(FunctionRegistry)" />
    /// <param name="functions">The registry.</param>
    /// <param name="type">The class.</param>
    [RequiresUnreferencedCode(ReflectionSupport.ReadsTaskClasses)]
    public static FunctionRegistry Register(this FunctionRegistry functions, Type type)
    {
        ArgumentNullException.ThrowIfNull(functions);
        ArgumentNullException.ThrowIfNull(type);
        functions.Add(TaskClass.Of(type), isFound: false);
        return functions;
    }

    /// <summary>The periodic ones among the registered task classes.</summary>
    internal static IReadOnlyList<PeriodicTask> Periodic(this FunctionRegistry functions) =>
        [.. functions.Classes.OfType<TaskClass>().Select(c => c.Sample).OfType<PeriodicTask>()];
}
