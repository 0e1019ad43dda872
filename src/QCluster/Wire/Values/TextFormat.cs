using MessagePack;
using QCluster.Wire.Primitives;

namespace QCluster.Wire.Values;

internal static class TextFormat
{
    private const int GuidLength = 16;
    private const int GuidTextLength = 36;

    public static char ReadChar(ref WireReader reader)
    {
        var start = reader.Consumed;
        var text = reader.ReadString();
        return text.Length == 1 ? text[0] : throw ValueErrors.DoesNotFit(start, text, typeof(char));
    }

    public static Uri ReadUri(ref WireReader reader)
    {
        if (reader.TryReadNil())
            return null!;
        var start = reader.Consumed;
        var text = reader.ReadString();
        return Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out var uri) ? uri : throw ValueErrors.DoesNotFit(start, text, typeof(Uri));
    }

    public static void Write(ref MessagePackWriter writer, Guid value)
    {
        Span<byte> text = stackalloc byte[GuidTextLength];
        value.TryFormat(text, out _, "D");
        writer.WriteUtf8(text);
    }

    public static Guid ReadGuid(ref WireReader reader)
    {
        var start = reader.Consumed;
        if (reader.PeekType() == MessagePackType.Binary)
        {
            var bytes = reader.ReadBinary();
            return bytes.Length == GuidLength
                ? new Guid(bytes, bigEndian: true)
                : throw ValueErrors.DoesNotFit(start, $"binary of {bytes.Length} bytes", typeof(Guid));
        }

        var text = reader.ReadString();
        return Guid.TryParse(text, out var value) ? value : throw ValueErrors.DoesNotFit(start, text, typeof(Guid));
    }
}
