using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using MessagePack;
using QCluster.Wire.Primitives;

namespace QCluster.Wire.Values;

/// <summary>Converts one MessagePack value to JSON text: binary as base64, a timestamp as ISO 8601, NaN and infinities as their names.</summary>
internal static class MessagePackToJson
{
    private const string TimestampFormat = "yyyy-MM-ddTHH:mm:ss.FFFFFFFZ";

    public static void Write(ref WireReader reader, Utf8JsonWriter json) => Write(ref reader, json, reader.MaxDepth);

    private static void Write(ref WireReader reader, Utf8JsonWriter json, int depth)
    {
        switch (reader.PeekType())
        {
            case MessagePackType.Nil:
                reader.ReadNil();
                json.WriteNullValue();
                break;
            case MessagePackType.Boolean:
                json.WriteBooleanValue(reader.ReadBoolean());
                break;
            case MessagePackType.Integer:
                WriteInteger(ref reader, json);
                break;
            case MessagePackType.Float:
                WriteFloat(ref reader, json);
                break;
            case MessagePackType.String:
                json.WriteStringValue(ReadValidUtf8(ref reader));
                break;
            case MessagePackType.Binary:
                json.WriteBase64StringValue(reader.ReadBinary());
                break;
            case MessagePackType.Extension:
                WriteExtension(ref reader, json);
                break;
            case MessagePackType.Array:
                WriteArray(ref reader, json, depth);
                break;
            default:
                WriteMap(ref reader, json, depth);
                break;
        }
    }

    private static void WriteArray(ref WireReader reader, Utf8JsonWriter json, int depth)
    {
        ThrowIfTooDeep(ref reader, depth);
        var count = reader.ReadArrayHeader();
        json.WriteStartArray();
        for (var i = 0; i < count; i++)
            Write(ref reader, json, depth - 1);
        json.WriteEndArray();
    }

    private static void WriteMap(ref WireReader reader, Utf8JsonWriter json, int depth)
    {
        ThrowIfTooDeep(ref reader, depth);
        var count = reader.ReadMapHeader();
        json.WriteStartObject();
        for (var i = 0; i < count; i++)
        {
            if (reader.PeekType() == MessagePackType.String)
                json.WritePropertyName(ReadValidUtf8(ref reader));
            else
                json.WritePropertyName(MapKey.Read(ref reader));
            Write(ref reader, json, depth - 1);
        }

        json.WriteEndObject();
    }

    private static void ThrowIfTooDeep(ref WireReader reader, int depth)
    {
        if (depth <= 0)
            throw WireErrors.TooDeep(reader.Consumed, reader.MaxDepth);
    }

    private static void WriteInteger(ref WireReader reader, Utf8JsonWriter json)
    {
        if (reader.IsNextUInt64)
            json.WriteNumberValue(reader.ReadUInt64());
        else
            json.WriteNumberValue(reader.ReadInt64());
    }

    private static void WriteFloat(ref WireReader reader, Utf8JsonWriter json)
    {
        var isSingle = reader.IsNextSingle;
        var value = reader.ReadDouble();
        if (!double.IsFinite(value))
            json.WriteStringValue(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
        else if (isSingle)
            json.WriteNumberValue((float)value);
        else
            json.WriteNumberValue(value);
    }

    private static void WriteExtension(ref WireReader reader, Utf8JsonWriter json)
    {
        if (reader.PeekExtension() == ExtensionCode.Timestamp)
            json.WriteStringValue(reader.ReadDateTimeOffset().UtcDateTime.ToString(TimestampFormat, CultureInfo.InvariantCulture));
        else
            json.WriteRawValue(NumberText.Read(ref reader), skipInputValidation: true);
    }

    private static ReadOnlySpan<byte> ReadValidUtf8(ref WireReader reader)
    {
        var start = reader.Consumed;
        var text = reader.ReadStringSpan();
        return Utf8.IsValid(text) ? text : throw WireErrors.InvalidUtf8(start);
    }
}
