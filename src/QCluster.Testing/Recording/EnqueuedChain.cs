namespace QCluster.Testing;

/// <summary>A task's place in a chain.</summary>
/// <param name="Id">The chain's own id, the same for all its steps.</param>
/// <param name="Step">Which step it is, from 0.</param>
/// <param name="Length">How many steps the chain has.</param>
public sealed record EnqueuedChain(string Id, int Step, int Length)
{
    /// <summary>The function that is told of the chain's end, or null.</summary>
    public string? Hook { get; init; }

    /// <summary>Whether the chain continues after a failed step.</summary>
    public bool ContinueOnFailure { get; init; }
}
