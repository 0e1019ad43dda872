using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace QCluster.Wire;

/// <summary>JSON text to MessagePack and back, without loss.</summary>
internal static class JsonTranscoder
{
    private const int LongestNumber = 4096;

    /// <param name="json">Valid JSON of one value, as a serialiser wrote it.</param>
    /// <param name="writer">Where to.</param>
    /// <param name="limits">Bounds the depth.</param>
    public static void ToMessagePack(ReadOnlySpan<byte> json, ref MessagePackWriter writer, WireLimits limits)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = limits.MaxDepth });
        reader.Read();
        Write(ref reader, ref writer);
    }

    private static void Write(ref Utf8JsonReader reader, ref MessagePackWriter writer)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
            case JsonTokenType.StartArray:
                var isMap = reader.TokenType == JsonTokenType.StartObject;
                var count = CountItems(reader);
                if (isMap)
                    writer.WriteMapHeader(count);
                else
                    writer.WriteArrayHeader(count);
                while (reader.Read() && reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray))
                {
                    if (isMap)
                    {
                        writer.Write(reader.GetString().AsSpan());
                        reader.Read();
                    }

                    Write(ref reader, ref writer);
                }

                break;
            case JsonTokenType.String:
                if (reader.ValueIsEscaped)
                    writer.Write(reader.GetString().AsSpan());
                else
                    writer.WriteUtf8(reader.ValueSpan);
                break;
            case JsonTokenType.Number:
                WriteNumber(ref writer, reader.ValueSpan);
                break;
            case JsonTokenType.True:
            case JsonTokenType.False:
                writer.Write(reader.TokenType == JsonTokenType.True);
                break;
            default:
                writer.WriteNil();
                break;
        }
    }

    /// <summary>Looks ahead on a copy: MessagePack wants the count first.</summary>
    private static int CountItems(Utf8JsonReader reader)
    {
        var count = 0;
        while (reader.Read() && reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray))
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
                reader.Read();
            reader.Skip();
            count++;
        }

        return count;
    }

    /// <summary>An integer when it is one of 64 bits, a double when that says exactly the same, else the number extension.</summary>
    public static void WriteNumber(ref MessagePackWriter writer, scoped ReadOnlySpan<byte> text)
    {
        if (text.IndexOfAny((byte)'.', (byte)'e', (byte)'E') < 0)
        {
            if (text.SequenceEqual("-0"u8))
                writer.Write(-0.0);
            else if (Utf8Parser.TryParse(text, out long signed, out var used) && used == text.Length)
                writer.Write(signed);
            else if (Utf8Parser.TryParse(text, out ulong unsigned, out used) && used == text.Length)
                writer.Write(unsigned);
            else
                writer.WriteExtension(ExtensionType.Number, text);
            return;
        }

        Span<byte> shortest = stackalloc byte[32];
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && value.TryFormat(shortest, out var written, "R", CultureInfo.InvariantCulture)
            && shortest[..written].SequenceEqual(text))
        {
            writer.Write(value);
        }
        else
        {
            writer.WriteExtension(ExtensionType.Number, text);
        }
    }

    /// <summary>One value as JSON text.</summary>
    public static void ToJson(ref MessagePackReader reader, IBufferWriter<byte> buffer, WireLimits limits)
    {
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { MaxDepth = limits.MaxDepth + 1, SkipValidation = true });
        Write(ref reader, json, limits, 0);
    }

    private static void Write(ref MessagePackReader reader, Utf8JsonWriter json, WireLimits limits, int depth)
    {
        if (depth > limits.MaxDepth)
            throw reader.Error($"a value nested deeper than {limits.MaxDepth}");
        switch (reader.PeekType())
        {
            case MessagePackType.Nil:
                reader.TryReadNil();
                json.WriteNullValue();
                break;
            case MessagePackType.Boolean:
                json.WriteBooleanValue(reader.ReadBoolean());
                break;
            case MessagePackType.Integer when reader.PeekIsLargeUnsigned():
                json.WriteNumberValue(reader.ReadUInt64());
                break;
            case MessagePackType.Integer:
                json.WriteNumberValue(reader.ReadInt64());
                break;
            case MessagePackType.Float:
                WriteFloat(ref reader, json);
                break;
            case MessagePackType.String:
                json.WriteStringValue(reader.ReadString());
                break;
            case MessagePackType.Binary:
                json.WriteBase64StringValue(reader.ReadBinary());
                break;
            case MessagePackType.Array:
                json.WriteStartArray();
                for (var count = reader.ReadArrayHeader(); count > 0; count--)
                    Write(ref reader, json, limits, depth + 1);
                json.WriteEndArray();
                break;
            case MessagePackType.Map:
                json.WriteStartObject();
                for (var count = reader.ReadMapHeader(); count > 0; count--)
                {
                    json.WritePropertyName(ReadKey(ref reader));
                    Write(ref reader, json, limits, depth + 1);
                }

                json.WriteEndObject();
                break;
            default:
                if (reader.PeekExtensionType() == ExtensionType.Timestamp)
                    json.WriteStringValue(reader.ReadTimestamp());
                else
                    json.WriteRawValue(ReadNumber(ref reader), skipInputValidation: true);
                break;
        }
    }

    private static void WriteFloat(ref MessagePackReader reader, Utf8JsonWriter json)
    {
        var single = reader.PeekIsSingle();
        var value = reader.ReadDouble();
        if (!double.IsFinite(value))
            json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
        else if (single)
            json.WriteNumberValue((float)value);
        else
            json.WriteNumberValue(value);
    }

    /// <summary>A map key as text: JSON knows no other.</summary>
    public static string ReadKey(ref MessagePackReader reader) => reader.PeekType() switch
    {
        MessagePackType.String => reader.ReadString(),
        MessagePackType.Integer when reader.PeekIsLargeUnsigned() => reader.ReadUInt64().ToString(CultureInfo.InvariantCulture),
        MessagePackType.Integer => reader.ReadInt64().ToString(CultureInfo.InvariantCulture),
        MessagePackType.Boolean => reader.ReadBoolean() ? "true" : "false",
        var other => throw reader.Error($"{MessagePackReader.Describe(other)} as a map key, where a string is expected"),
    };

    /// <summary>The text of the number extension, checked to be a JSON number.</summary>
    public static string ReadNumber(ref MessagePackReader reader)
    {
        var type = reader.PeekExtensionType();
        if (type != ExtensionType.Number)
            throw reader.Error($"an extension of type {type}, which is unknown");
        var data = reader.ReadExtension(out _);
        if (data.Length > LongestNumber || !IsNumber(data))
            throw reader.Error("before it, a number extension that is not a number");
        return Encoding.ASCII.GetString(data);
    }

    private static bool IsNumber(ReadOnlySpan<byte> text)
    {
        var rest = text.StartsWith("-"u8) ? text[1..] : text;
        var digits = CountDigits(rest);
        if (digits == 0 || (digits > 1 && rest[0] == '0'))
            return false;
        rest = rest[digits..];
        if (rest.StartsWith("."u8))
        {
            digits = CountDigits(rest[1..]);
            if (digits == 0)
                return false;
            rest = rest[(1 + digits)..];
        }

        if (!rest.IsEmpty && rest[0] is (byte)'e' or (byte)'E')
        {
            rest = rest[1..];
            if (!rest.IsEmpty && rest[0] is (byte)'+' or (byte)'-')
                rest = rest[1..];
            digits = CountDigits(rest);
            if (digits == 0)
                return false;
            rest = rest[digits..];
        }

        return rest.IsEmpty;
    }

    private static int CountDigits(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return end < 0 ? text.Length : end;
    }
}
