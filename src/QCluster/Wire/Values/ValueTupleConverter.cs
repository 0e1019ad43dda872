using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace QCluster.Wire.Values;

[RequiresUnreferencedCode(ReflectionSupport.ReadsTypes)]
internal sealed class ValueTupleConverter<T> : JsonConverter<T>
    where T : struct
{
    private const int RestIndex = 7;

    private static readonly Type[] ItemTypes = Flatten(typeof(T));

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException($"A {reader.TokenType} is not a tuple: an array of {ItemTypes.Length} items is wanted.");
        var items = new object?[ItemTypes.Length];
        var count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (count == items.Length)
                throw new JsonException($"An array of more than {items.Length} items is not this tuple.");
            items[count] = JsonSerializer.Deserialize(ref reader, options.GetTypeInfo(ItemTypes[count]));
            count++;
        }

        return count == items.Length ? (T)Build(typeof(T), items) : throw new JsonException($"An array of {count} items is not a tuple of {items.Length}.");
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        var tuple = (ITuple)value;
        writer.WriteStartArray();
        for (var i = 0; i < tuple.Length; i++)
            JsonSerializer.Serialize(writer, tuple[i], options.GetTypeInfo(ItemTypes[i]));
        writer.WriteEndArray();
    }

    private static Type[] Flatten(Type type)
    {
        var items = type.GetGenericArguments();
        return items.Length <= RestIndex ? items : [.. items[..RestIndex], .. Flatten(items[RestIndex])];
    }

    private static object Build(Type type, ReadOnlySpan<object?> items) => items.Length <= RestIndex
        ? Activator.CreateInstance(type, items.ToArray())!
        : Activator.CreateInstance(type, [.. items[..RestIndex], Build(type.GetGenericArguments()[RestIndex], items[RestIndex..])])!;
}
