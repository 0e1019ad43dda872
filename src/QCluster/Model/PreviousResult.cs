namespace QCluster;

/// <summary>A placeholder for the value of the previous step of a chain. See <see cref="Chain.Previous"/>.</summary>
public sealed class PreviousResult
{
    internal static readonly PreviousResult Instance = new();

    private PreviousResult()
    {
    }
}
