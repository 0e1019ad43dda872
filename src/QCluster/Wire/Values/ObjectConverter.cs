using System.Text.Json;
using System.Text.Json.Serialization;

namespace QCluster.Wire.Values;

/// <summary>Members declared as object: written by their runtime type, read as the same .NET values as outside objects.</summary>
internal sealed class ObjectConverter(Action<Type> check) : JsonConverter<object?>
{
    public override object? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.True or JsonTokenType.False:
                return reader.GetBoolean();
            case JsonTokenType.String:
                return reader.GetString();
            case JsonTokenType.Number:
                return NumberText.ToObject(reader.ValueSpan) ?? throw new JsonException("The number is held exactly by no .NET number type.");
            case JsonTokenType.StartArray:
                var items = new List<object?>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    items.Add(Read(ref reader, typeToConvert, options));
                return items.ToArray();
            case JsonTokenType.StartObject:
                var members = new Dictionary<string, object?>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var name = reader.GetString()!;
                    reader.Read();
                    members[name] = Read(ref reader, typeToConvert, options);
                }

                return members;
            default:
                throw new JsonException($"A {reader.TokenType} is no value.");
        }
    }

    public override void Write(Utf8JsonWriter writer, object? value, JsonSerializerOptions options)
    {
        if (value is null)
        {
            writer.WriteNullValue();
        }
        else if (value.GetType() == typeof(object))
        {
            writer.WriteStartObject();
            writer.WriteEndObject();
        }
        else
        {
            check(value.GetType());
            JsonSerializer.Serialize(writer, value, options.GetTypeInfo(value.GetType()));
        }
    }
}
