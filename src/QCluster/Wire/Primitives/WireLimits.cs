namespace QCluster.Wire.Primitives;

/// <summary>What a reader accepts; beyond it the input is refused before anything is allocated for it.</summary>
internal sealed record WireLimits
{
    public const int DefaultMaxDepth = 64;
    public const int DefaultMaxLength = 64 * 1024 * 1024;

    public static WireLimits Default { get; } = new();

    /// <summary>How deep arrays and maps may be nested.</summary>
    public int MaxDepth { get; init; } = DefaultMaxDepth;

    /// <summary>The most bytes of one packet, record or value, compressed or not.</summary>
    public int MaxLength { get; init; } = DefaultMaxLength;
}
