using QCluster.Model;

namespace QCluster.Queue.Chains;

/// <summary>How far a chain is.</summary>
/// <param name="Id">Its id, in its queue.</param>
/// <param name="Group">The label of its results.</param>
/// <param name="Finished">Steps that have ended.</param>
/// <param name="Length">All steps.</param>
/// <param name="End">How it ended; null while it goes on.</param>
internal sealed record ChainProgress(TaskId Id, string Group, int Finished, int Length, TaskState? End);
