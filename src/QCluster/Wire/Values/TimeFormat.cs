using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using MessagePack;
using QCluster.Wire.Primitives;

namespace QCluster.Wire.Values;

/// <summary>
/// Dates and times are ISO 8601 text, which keeps a DateTimeOffset's offset and a DateTime's Kind; the timestamp extension,
/// which keeps neither, is accepted.
/// </summary>
internal static class TimeFormat
{
    private const int MaxTextLength = 64;

    public static void Write(ref MessagePackWriter writer, DateTime value) => WriteText(ref writer, value, "O");

    public static void Write(ref MessagePackWriter writer, DateTimeOffset value) => WriteText(ref writer, value, "O");

    public static void Write(ref MessagePackWriter writer, DateOnly value) => WriteText(ref writer, value, "O");

    public static void Write(ref MessagePackWriter writer, TimeOnly value) => WriteText(ref writer, value, "O");

    public static void Write(ref MessagePackWriter writer, TimeSpan value) => WriteText(ref writer, value, "c");

    public static DateTime ReadDateTime(ref WireReader reader)
    {
        if (reader.PeekType() == MessagePackType.Extension)
            return reader.ReadDateTimeOffset().UtcDateTime;
        var start = reader.Consumed;
        var text = ReadText(ref reader, typeof(DateTime));
        Span<byte> quoted = stackalloc byte[MaxTextLength + 2];
        return TryQuote(text, quoted, out var json) && Open(json).TryGetDateTime(out var value)
            ? value
            : throw ValueErrors.DoesNotFit(start, Show(text), typeof(DateTime));
    }

    public static DateTimeOffset ReadDateTimeOffset(ref WireReader reader)
    {
        if (reader.PeekType() == MessagePackType.Extension)
            return reader.ReadDateTimeOffset();
        var start = reader.Consumed;
        var text = ReadText(ref reader, typeof(DateTimeOffset));
        Span<byte> quoted = stackalloc byte[MaxTextLength + 2];
        return TryQuote(text, quoted, out var json) && Open(json).TryGetDateTimeOffset(out var value)
            ? value
            : throw ValueErrors.DoesNotFit(start, Show(text), typeof(DateTimeOffset));
    }

    public static DateOnly ReadDateOnly(ref WireReader reader)
    {
        var start = reader.Consumed;
        var text = ReadText(ref reader, typeof(DateOnly));
        return DateOnly.TryParseExact(Show(text), "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var value)
            ? value
            : throw ValueErrors.DoesNotFit(start, Show(text), typeof(DateOnly));
    }

    public static TimeOnly ReadTimeOnly(ref WireReader reader)
    {
        var start = reader.Consumed;
        var text = ReadText(ref reader, typeof(TimeOnly));
        return Utf8Parser.TryParse(text, out TimeSpan value, out var used, 'c') && used == text.Length && value >= TimeSpan.Zero && value < TimeSpan.FromDays(1)
            ? TimeOnly.FromTimeSpan(value)
            : throw ValueErrors.DoesNotFit(start, Show(text), typeof(TimeOnly));
    }

    public static TimeSpan ReadTimeSpan(ref WireReader reader)
    {
        var start = reader.Consumed;
        var text = ReadText(ref reader, typeof(TimeSpan));
        return Utf8Parser.TryParse(text, out TimeSpan value, out var used, 'c') && used == text.Length
            ? value
            : throw ValueErrors.DoesNotFit(start, Show(text), typeof(TimeSpan));
    }

    private static void WriteText<T>(ref MessagePackWriter writer, T value, ReadOnlySpan<char> format)
        where T : IUtf8SpanFormattable
    {
        Span<byte> text = stackalloc byte[MaxTextLength];
        value.TryFormat(text, out var length, format, CultureInfo.InvariantCulture);
        writer.WriteUtf8(text[..length]);
    }

    private static ReadOnlySpan<byte> ReadText(ref WireReader reader, Type target) =>
        reader.PeekType() == MessagePackType.String ? reader.ReadStringSpan() : throw ValueErrors.WrongKind(ref reader, target);

    // JSON's own parser knows ISO 8601, so times inside and outside of objects are read by the same rules.
    private static bool TryQuote(ReadOnlySpan<byte> text, Span<byte> buffer, out ReadOnlySpan<byte> json)
    {
        json = default;
        if (text.Length > MaxTextLength || text.ContainsAnyExcept("0123456789-+:.,TtZz"u8))
            return false;
        buffer[0] = (byte)'"';
        text.CopyTo(buffer[1..]);
        buffer[text.Length + 1] = (byte)'"';
        json = buffer[..(text.Length + 2)];
        return true;
    }

    private static Utf8JsonReader Open(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return reader;
    }

    private static string Show(ReadOnlySpan<byte> text) => System.Text.Encoding.UTF8.GetString(text[..Math.Min(text.Length, MaxTextLength)]);
}
