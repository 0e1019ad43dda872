using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace QCluster.Wire.Values;

internal sealed class BigIntegerConverter : JsonConverter<BigInteger>
{
    public override BigInteger Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.Number || reader.ValueSpan.Length > NumberText.MaxLength)
            throw new JsonException($"A {reader.TokenType} is not a BigInteger of at most {NumberText.MaxLength} digits.");
        if (NumberText.IsInteger(reader.ValueSpan))
            return NumberText.ToBigInteger(reader.ValueSpan);
        return reader.TryGetDouble(out var value) && double.IsInteger(value)
            ? new BigInteger(value)
            : throw new JsonException("A number with a fraction is not a BigInteger.");
    }

    public override void Write(Utf8JsonWriter writer, BigInteger value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.ToString(CultureInfo.InvariantCulture), skipInputValidation: true);
}
