using System.Diagnostics.CodeAnalysis;
using QCluster.Wire;

namespace QCluster.TaskClasses;

/// <summary>Calls of a task class with different arguments: <c>new TaskSet&lt;RefreshFeed&gt;([["http://a"], ["http://b"]])</c>.</summary>
/// <typeparam name="TTask">The class.</typeparam>
/// <param name="arguments">The arguments of each call.</param>
[RequiresUnreferencedCode(ReflectionSupport.ReadsTaskClasses)]
public sealed class TaskSet<TTask>(IEnumerable<TaskArguments> arguments) : TaskSet(typeof(TTask), arguments)
    where TTask : ClusterTask;
