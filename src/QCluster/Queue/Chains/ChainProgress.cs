using QCluster.Model;

namespace QCluster.Queue.Chains;

/// <summary>The progress of a chain.</summary>
/// <param name="Id">Its id, in its queue.</param>
/// <param name="Group">The label of its results.</param>
/// <param name="Finished">Number of steps that have ended.</param>
/// <param name="Length">Number of all steps.</param>
/// <param name="End">Its final state; null while it runs.</param>
internal sealed record ChainProgress(TaskId Id, string Group, int Finished, int Length, TaskState? End);
