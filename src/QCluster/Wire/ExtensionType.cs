namespace QCluster.Wire;

/// <summary>The extension types in use.</summary>
internal static class ExtensionType
{
    /// <summary>MessagePack's own timestamp.</summary>
    public const sbyte Timestamp = -1;

    /// <summary>A number that neither a 64-bit integer nor a double holds exactly, as the ASCII text of a JSON number.</summary>
    public const sbyte Number = 1;
}
