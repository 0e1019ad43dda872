using QCluster.Model;

namespace QCluster.Client.Chains;

/// <summary>A chain that was started.</summary>
/// <param name="Id">Its id, in its queue.</param>
/// <param name="Group">The label of its results.</param>
/// <param name="Steps">The ids of its steps.</param>
internal sealed record StartedChain(TaskId Id, string Group, IReadOnlyList<TaskId> Steps);
