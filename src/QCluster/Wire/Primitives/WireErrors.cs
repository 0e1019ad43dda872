using MessagePack;

namespace QCluster.Wire.Primitives;

/// <summary>The messages of <see cref="WireFormatException"/>: each has the offset and the bytes seen.</summary>
internal static class WireErrors
{
    /// <summary>Tells whether an exception is one that the package throws for unreadable bytes. An argument out of range is the length of a header taken for a negative one.</summary>
    public static bool IsOfPackage(Exception e) => e is MessagePackSerializationException or EndOfStreamException or OverflowException or ArgumentOutOfRangeException;

    public static WireFormatException TooLong(long length, int maximum) =>
        new($"{length} bytes are more than the {maximum} allowed.");

    public static WireFormatException EndsEarly(int offset) =>
        new($"The bytes end early: a value is wanted at offset {offset}.");

    public static WireFormatException Incomplete(int offset, byte code, int remaining) =>
        new($"The bytes end early: offset {offset} begins {Name(MessagePackCode.ToMessagePackType(code))} (0x{code:X2}) that needs more than the {remaining} left.");

    public static WireFormatException NeverUsed(int offset) =>
        new($"Offset {offset} holds 0xC1, which begins no MessagePack value.");

    public static WireFormatException Unexpected(int offset, string wanted, byte code) => code == MessagePackCode.NeverUsed
        ? NeverUsed(offset)
        : new($"Offset {offset} holds {Name(MessagePackCode.ToMessagePackType(code))} (0x{code:X2}) where {wanted} is wanted.");

    public static WireFormatException DoesNotFit(int offset, object value, string target) =>
        new($"Offset {offset} holds {value}, which does not fit into {target}.");

    public static WireFormatException InvalidUtf8(int offset) =>
        new($"Offset {offset} holds a string that is not valid UTF-8.");

    public static WireFormatException NotATimestamp(int offset, sbyte type, int length) =>
        new($"Offset {offset} holds an extension of type {type} and {length} bytes that is no timestamp, or none that fits into DateTimeOffset.");

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
