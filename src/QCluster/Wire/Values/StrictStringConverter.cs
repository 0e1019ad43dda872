using System.Text.Json;
using System.Text.Json.Serialization;

namespace QCluster.Wire.Values;

/// <summary>Refuses half a surrogate pair, where JSON would silently write U+FFFD.</summary>
internal sealed class StrictStringConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(Check(value));

    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString()!;

    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options)
    {
        Check(value);
        writer.WritePropertyName(options.DictionaryKeyPolicy?.ConvertName(value) ?? value);
    }

    private static string Check(string value)
    {
        var at = value.AsSpan().IndexOfAnyInRange('\ud800', '\udfff');
        for (var i = at; i >= 0 && i < value.Length; i++)
        {
            if (!char.IsSurrogate(value[i]))
                continue;
            if (i + 1 == value.Length || !char.IsSurrogatePair(value[i], value[i + 1]))
                throw ValueErrors.HalfCharacter();
            i++;
        }

        return value;
    }
}
