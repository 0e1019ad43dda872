using QCluster.Wire.Primitives;

namespace QCluster.Wire.Values;

/// <summary>The messages of values that cannot be written, or do not fit their type.</summary>
internal static class ValueErrors
{
    public static SerializationException TooDeep() =>
        new($"The value is nested deeper than {ValueSerializer.MaxDepth} levels, or contains itself: send the ids of its parts instead, or break the cycle with [JsonIgnore].");

    public static SerializationException HalfCharacter() =>
        new("A string holds half of a surrogate pair, which UTF-8 cannot carry: send such data as byte[].");

    public static SerializationException CannotSend(Type type, string why, Exception? inner = null) =>
        new($"A value of type {type} cannot be sent: {why}", inner);

    public static WireFormatException DoesNotFit(int offset, object? seen, Type target) =>
        new($"Offset {offset} holds {Show(seen)}, which does not fit into {target}.");

    public static WireFormatException WrongKind(ref WireReader reader, Type target) => reader.Unexpected($"a {target}");

    private static string Show(object? value)
    {
        const int longest = 100;
        var text = value is string ? $"\"{value}\"" : $"{value}";
        return text.Length <= longest ? text : text[..longest] + "...";
    }
}
