using QCluster.Client;
using System.Diagnostics.CodeAnalysis;
using QCluster.Wire;

namespace QCluster.TaskClasses;

/// <summary>A periodic task class that can also be called: <c>MyTask.Delay()</c>.</summary>
/// <typeparam name="TSelf">The class itself.</typeparam>
public abstract class PeriodicTask<TSelf> : PeriodicTask
    where TSelf : PeriodicTask<TSelf>
{
#pragma warning disable CA1000 // That it is called on the class is what it is for.
    /// <summary>Enqueues a run in addition to its occurrences.</summary>
    /// <param name="args">The arguments of <c>Run</c>.</param>
    [RequiresUnreferencedCode(ReflectionSupport.ReadsTaskClasses)]
    public static Task<AsyncResult> Delay(params object?[] args) => DefaultClient.Instance.Delay<TSelf>(args);
#pragma warning restore CA1000
}
