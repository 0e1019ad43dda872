namespace QCluster.Wire;

/// <summary>The messages of <see cref="WireFormatException"/>: each names the offset and what stands there.</summary>
internal static class WireErrors
{
    public static WireFormatException TooLong(long length, int maximum) =>
        new($"{length} bytes are more than the {maximum} allowed.");

    public static WireFormatException EndsEarly(int offset, long wanted, int remaining) =>
        new($"The bytes end early: offset {offset} needs {wanted} more, and {remaining} are left.");

    public static WireFormatException NeverUsed(int offset) =>
        new($"Offset {offset} holds 0xC1, which begins no MessagePack value.");

    public static WireFormatException Unexpected(int offset, string wanted, MessagePackType seen, byte code) =>
        new($"Offset {offset} holds {Name(seen)} (0x{code:X2}) where {wanted} is wanted.");

    public static WireFormatException DoesNotFit(int offset, object value, string target) =>
        new($"Offset {offset} holds {value}, which does not fit into {target}.");

    public static WireFormatException InvalidUtf8(int offset) =>
        new($"Offset {offset} holds a string that is not valid UTF-8.");

    public static WireFormatException CountTooLarge(int offset, uint count, int remaining) =>
        new($"Offset {offset} announces {count} items, and only {remaining} bytes follow.");

    public static WireFormatException NotATimestamp(int offset, sbyte type, int length) =>
        new($"Offset {offset} holds an extension of type {type} and {length} bytes where a timestamp is wanted.");

    public static WireFormatException TooDeep(int offset, int maximum) =>
        new($"At offset {offset} arrays and maps are nested deeper than the {maximum} levels allowed.");

    public static string Name(MessagePackType type) => type switch
    {
        MessagePackType.Nil => "nil",
        MessagePackType.Boolean => "a boolean",
        MessagePackType.Integer => "an integer",
        MessagePackType.Float => "a float",
        MessagePackType.String => "a string",
        MessagePackType.Binary => "binary",
        MessagePackType.Array => "an array",
        MessagePackType.Map => "a map",
        _ => "an extension",
    };
}
