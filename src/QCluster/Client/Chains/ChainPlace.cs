using QCluster.Model;

namespace QCluster.Client.Chains;

/// <summary>Where a step stands in its chain.</summary>
/// <param name="Chain">The chain, in its queue.</param>
/// <param name="Step">From 0.</param>
/// <param name="Group">The label its results are found by.</param>
/// <param name="Previous">The step before; null for the first.</param>
internal sealed record ChainPlace(TaskId Chain, int Step, string Group, TaskId? Previous);
