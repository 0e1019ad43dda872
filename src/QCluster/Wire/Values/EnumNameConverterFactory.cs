using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace QCluster.Wire.Values;

/// <summary>Enums inside objects: written as their number, read from that or from a name, in any case, like enums outside objects. An enum with a converter of its own keeps it.</summary>
[RequiresUnreferencedCode(ReflectionSupport.ReadsTypes)]
[RequiresDynamicCode(ReflectionSupport.ReadsTypes)]
internal sealed class EnumNameConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum && !typeToConvert.IsDefined(typeof(JsonConverterAttribute), inherit: false);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert))!;

    [RequiresUnreferencedCode(ReflectionSupport.ReadsTypes)]
    [RequiresDynamicCode(ReflectionSupport.ReadsTypes)]
    private sealed class Converter<T> : JsonConverter<T>
        where T : struct, Enum
    {
        // Numbers, and the names that are keys, as System.Text.Json has them.
        private static readonly JsonConverter<T> Numbers = (JsonConverter<T>)JsonSerializerOptions.Default.GetConverter(typeof(T));

        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType == JsonTokenType.String
            ? EnumFormat.Parse<T>(reader.GetString()!)
            : Numbers.Read(ref reader, typeToConvert, options);

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => Numbers.Write(writer, value, options);

        public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Numbers.ReadAsPropertyName(ref reader, typeToConvert, options);

        public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => Numbers.WriteAsPropertyName(writer, value, options);
    }
}
