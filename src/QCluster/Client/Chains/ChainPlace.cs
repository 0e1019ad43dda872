using QCluster.Model;

namespace QCluster.Client.Chains;

/// <summary>The position of a step in its chain.</summary>
/// <param name="Chain">The chain, in its queue.</param>
/// <param name="Step">The index of the step, from 0.</param>
/// <param name="Group">The label of the chain's results.</param>
/// <param name="Previous">The previous step; null for the first.</param>
internal sealed record ChainPlace(TaskId Chain, int Step, string Group, TaskId? Previous);
