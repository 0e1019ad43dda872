using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Text;
using MessagePack;
using QCluster.Wire.Primitives;

namespace QCluster.Wire.Values;

/// <summary>
/// Numbers as text in JSON's grammar, and the one rule of how they travel: as an integer, or else as a float64, when that
/// writes the very same text again, and otherwise as the text itself in <see cref="ExtensionCode.Number"/>.
/// </summary>
internal static class NumberText
{
    /// <summary>Parsing digits as a binary number takes more than linear time, so their count is limited separately.</summary>
    public const int MaxLength = 16 * 1024;

    private const int MaxDoubleLength = 32;
    private const int MaxExactDigits = 28;

    public static void Write(scoped ReadOnlySpan<byte> text, ref MessagePackWriter writer)
    {
        if (Utf8Parser.TryParse(text, out long signed, out var used) && used == text.Length && !text.SequenceEqual("-0"u8))
            writer.Write(signed);
        else if (Utf8Parser.TryParse(text, out ulong unsigned, out used) && used == text.Length)
            writer.Write(unsigned);
        else if (IsTextOfDouble(text, out var value))
            writer.Write(value);
        else if (text.Length <= MaxLength)
            writer.WriteExtension(ExtensionCode.Number, text);
        else
            throw new SerializationException($"A number of {text.Length} digits is longer than the {MaxLength} that can be sent: send it as a string or byte[].");
    }

    public static void Write(decimal value, ref MessagePackWriter writer)
    {
        Span<byte> text = stackalloc byte[MaxDoubleLength];
        value.TryFormat(text, out var length, default, CultureInfo.InvariantCulture);
        Write(text[..length], ref writer);
    }

    public static void Write(BigInteger value, ref MessagePackWriter writer) =>
        Write(Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture)), ref writer);

    /// <summary>The text of the next number extension.</summary>
    public static ReadOnlySpan<byte> Read(ref WireReader reader)
    {
        var start = reader.Consumed;
        var text = reader.ReadExtension(out var type);
        if (type != ExtensionCode.Number)
            throw new WireFormatException($"Offset {start} holds an extension of the unknown type {type}.");
        if (text.Length > MaxLength || !TryMeasure(text, out _))
            throw new WireFormatException($"Offset {start} holds a number extension whose {text.Length} bytes are not a number in JSON's grammar of at most {MaxLength} bytes.");
        return text;
    }

    /// <summary>The number as long, ulong, BigInteger, decimal or double: the first that represents it exactly; null if none does.</summary>
    public static object? ToObject(ReadOnlySpan<byte> text)
    {
        if (!TryMeasure(text, out var shape))
            return null;
        if (shape.IsInteger && !text.SequenceEqual("-0"u8))
        {
            if (Utf8Parser.TryParse(text, out long signed, out var used) && used == text.Length)
                return signed;
            if (Utf8Parser.TryParse(text, out ulong unsigned, out used) && used == text.Length)
                return unsigned;
            return text.Length <= MaxLength ? ToBigInteger(text) : null;
        }

        if (IsTextOfDouble(text, out var value))
            return value;
        return TryToDecimal(text, out var exact) ? exact : null;
    }

    public static BigInteger ToBigInteger(ReadOnlySpan<byte> text) =>
        BigInteger.Parse(Encoding.ASCII.GetString(text), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    public static bool IsInteger(ReadOnlySpan<byte> text) => TryMeasure(text, out var shape) && shape.IsInteger;

    /// <summary>False if the number is outside a decimal's range or has too many digits, so nothing is ever rounded.</summary>
    public static bool TryToDecimal(ReadOnlySpan<byte> text, out decimal value)
    {
        if (TryMeasure(text, out var shape)
            && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value)
            && (IsSurelyExact(shape) || IsSameText(value, text)))
        {
            return true;
        }

        value = default;
        return false;
    }

    public static bool TryToDecimal(double value, out decimal result)
    {
        Span<byte> text = stackalloc byte[MaxDoubleLength];
        if (double.IsFinite(value) && value.TryFormat(text, out var length, default, CultureInfo.InvariantCulture))
            return TryToDecimal(text[..length], out result);
        result = default;
        return false;
    }

    private static bool IsSurelyExact(Shape shape) =>
        shape.Digits + Math.Max(shape.Exponent - shape.Fraction, 0) <= MaxExactDigits && shape.Fraction - shape.Exponent <= MaxExactDigits;

    private static bool IsSameText(decimal value, ReadOnlySpan<byte> text)
    {
        Span<byte> again = stackalloc byte[MaxDoubleLength];
        return value.TryFormat(again, out var length, default, CultureInfo.InvariantCulture) && text.SequenceEqual(again[..length]);
    }

    private static bool IsTextOfDouble(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        if (text.Length > MaxDoubleLength || !Utf8Parser.TryParse(text, out value, out var used) || used != text.Length || !double.IsFinite(value))
            return false;
        Span<byte> again = stackalloc byte[MaxDoubleLength];
        return value.TryFormat(again, out var length, default, CultureInfo.InvariantCulture) && text.SequenceEqual(again[..length]);
    }

    private static bool TryMeasure(ReadOnlySpan<byte> text, out Shape shape)
    {
        shape = default;
        var rest = text is [(byte)'-', ..] ? text[1..] : text;
        var whole = CountDigits(rest);
        if (whole == 0 || (whole > 1 && rest[0] == (byte)'0'))
            return false;
        rest = rest[whole..];

        var fraction = 0;
        if (rest is [(byte)'.', ..])
        {
            fraction = CountDigits(rest[1..]);
            if (fraction == 0)
                return false;
            rest = rest[(1 + fraction)..];
        }

        var exponent = 0;
        var hasExponent = rest is [(byte)'e' or (byte)'E', ..];
        if (hasExponent)
        {
            rest = rest[1..];
            var negative = rest is [(byte)'-', ..];
            if (rest is [(byte)'-' or (byte)'+', ..])
                rest = rest[1..];
            var digits = CountDigits(rest);
            if (digits == 0)
                return false;
            // An exponent too long for an int is beyond every type here: any huge value has the same effect.
            if (!Utf8Parser.TryParse(rest[..digits], out exponent, out _) || exponent > short.MaxValue)
                exponent = short.MaxValue;
            exponent = negative ? -exponent : exponent;
            rest = rest[digits..];
        }

        shape = new Shape(whole + fraction, fraction, exponent, fraction == 0 && !hasExponent);
        return rest.IsEmpty;
    }

    private static int CountDigits(ReadOnlySpan<byte> text)
    {
        var count = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return count < 0 ? text.Length : count;
    }

    private readonly record struct Shape(int Digits, int Fraction, int Exponent, bool IsInteger);
}
