namespace QCluster.Testing;

/// <summary>The position of a task in a chain.</summary>
/// <param name="Id">The chain's own id, the same for all its steps.</param>
/// <param name="Step">The index of the step, from 0.</param>
/// <param name="Length">The number of steps of the chain.</param>
public sealed record EnqueuedChain(string Id, int Step, int Length)
{
    /// <summary>The function that is called at the end of the chain, or null.</summary>
    public string? Hook { get; init; }

    /// <summary>Continues the chain after a failed step.</summary>
    public bool ContinueOnFailure { get; init; }
}
