namespace QCluster.Wire;

/// <summary>What is accepted when bytes from outside are read.</summary>
/// <param name="MaxLength">Bytes of one packet, outcome or value, also once decompressed.</param>
/// <param name="MaxDepth">Arrays and maps inside one another.</param>
internal sealed record WireLimits(int MaxLength = 16 << 20, int MaxDepth = 64)
{
    public static WireLimits Default { get; } = new();
}
