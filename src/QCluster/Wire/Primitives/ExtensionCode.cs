namespace QCluster.Wire.Primitives;

/// <summary>The extension types that QCluster writes and understands.</summary>
internal static class ExtensionCode
{
    /// <summary>The timestamp of the MessagePack specification.</summary>
    public const sbyte Timestamp = -1;

    /// <summary>A number that neither an integer nor a float64 represents exactly: its JSON text, in ASCII.</summary>
    public const sbyte Number = 1;

    /// <summary>The value of the previous step of a chain, as an argument only.</summary>
    public const sbyte Previous = 2;
}
