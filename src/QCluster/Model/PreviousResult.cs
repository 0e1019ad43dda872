namespace QCluster;

/// <summary>Stands for the value of the chain's step before. See <see cref="Chain.Previous"/>.</summary>
public sealed class PreviousResult
{
    internal static readonly PreviousResult Instance = new();

    private PreviousResult()
    {
    }
}
