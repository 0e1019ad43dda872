namespace QCluster.Wire.Primitives;

/// <summary>The limits of a reader; input beyond them is refused before memory is allocated for it.</summary>
internal sealed record WireLimits
{
    public const int DefaultMaxDepth = 64;
    public const int DefaultMaxLength = 64 * 1024 * 1024;

    public static WireLimits Default { get; } = new();

    /// <summary>The maximum depth of nested arrays and maps.</summary>
    public int MaxDepth { get; init; } = DefaultMaxDepth;

    /// <summary>The maximum length of one packet, record or value in bytes, compressed and decompressed.</summary>
    public int MaxLength { get; init; } = DefaultMaxLength;
}
