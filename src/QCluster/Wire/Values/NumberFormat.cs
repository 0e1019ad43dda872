using System.Numerics;
using System.Runtime.CompilerServices;
using MessagePack;
using QCluster.Wire.Primitives;

namespace QCluster.Wire.Values;

/// <summary>
/// Reads numbers of any encoding as a number type, if the value fits it exactly. Only a float64 read as float may lose
/// digits, since languages without a 32-bit float write every float so.
/// </summary>
internal static class NumberFormat
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WriteInteger<T>(ref MessagePackWriter writer, T value)
        where T : struct, IBinaryInteger<T>
    {
        if (T.IsNegative(value))
            writer.Write(long.CreateTruncating(value));
        else
            writer.Write(ulong.CreateTruncating(value));
    }

    public static T ReadInteger<T>(ref WireReader reader)
        where T : struct, IBinaryInteger<T>
    {
        var start = reader.Consumed;
        if (reader.PeekType() == MessagePackType.Integer && !reader.IsNextUInt64)
        {
            var value = reader.ReadInt64();
            var result = T.CreateTruncating(value);
            return long.CreateTruncating(result) == value && T.IsNegative(result) == value < 0
                ? result
                : throw ValueErrors.DoesNotFit(start, value, typeof(T));
        }

        var (seen, wide) = ReadWide(ref reader, typeof(T));
        if (wide is { } whole && T.CreateTruncating(whole) is var narrowed && Int128.CreateTruncating(narrowed) == whole)
            return narrowed;
        throw ValueErrors.DoesNotFit(start, seen, typeof(T));
    }

    public static double ReadDouble(ref WireReader reader)
    {
        var start = reader.Consumed;
        switch (reader.PeekType())
        {
            case MessagePackType.Float:
                return reader.ReadDouble();
            case MessagePackType.Integer:
                var whole = ReadWide(ref reader, typeof(double)).Value!.Value;
                return (Int128)(double)whole == whole ? (double)whole : throw ValueErrors.DoesNotFit(start, whole, typeof(double));
            case MessagePackType.Extension:
                var seen = ReadText(ref reader);
                var (value, isExact) = seen switch
                {
                    decimal number => ((double)number, NumberText.TryToDecimal((double)number, out var back) && back == number),
                    BigInteger number => ((double)number, double.IsFinite((double)number) && new BigInteger((double)number) == number),
                    double number => (number, true),
                    long or ulong => (Convert.ToDouble(seen), new BigInteger(Convert.ToDouble(seen)) == (Int128)Convert.ToDecimal(seen)),
                    _ => (0.0, false),
                };
                return isExact ? value : throw ValueErrors.DoesNotFit(start, seen, typeof(double));
            default:
                throw ValueErrors.WrongKind(ref reader, typeof(double));
        }
    }

    public static float ReadSingle(ref WireReader reader)
    {
        var start = reader.Consumed;
        var isFloat = reader.PeekType() == MessagePackType.Float;
        var value = ReadDouble(ref reader);
        var single = (float)value;
        var fits = isFloat ? float.IsFinite(single) || !double.IsFinite(value) : single == value;
        return fits ? single : throw ValueErrors.DoesNotFit(start, value, typeof(float));
    }

    public static decimal ReadDecimal(ref WireReader reader)
    {
        var start = reader.Consumed;
        switch (reader.PeekType())
        {
            case MessagePackType.Integer:
                return (decimal)ReadWide(ref reader, typeof(decimal)).Value!.Value;
            case MessagePackType.Float:
                var value = reader.ReadDouble();
                return NumberText.TryToDecimal(value, out var fromDouble) ? fromDouble : throw ValueErrors.DoesNotFit(start, value, typeof(decimal));
            case MessagePackType.Extension:
                return NumberText.TryToDecimal(NumberText.Read(ref reader), out var fromText)
                    ? fromText
                    : throw ValueErrors.DoesNotFit(start, "a number outside its range or with more digits", typeof(decimal));
            default:
                throw ValueErrors.WrongKind(ref reader, typeof(decimal));
        }
    }

    public static BigInteger ReadBigInteger(ref WireReader reader)
    {
        var start = reader.Consumed;
        switch (reader.PeekType())
        {
            case MessagePackType.Integer:
                return ReadWide(ref reader, typeof(BigInteger)).Value!.Value;
            case MessagePackType.Float:
                var value = reader.ReadDouble();
                return double.IsInteger(value) ? new BigInteger(value) : throw ValueErrors.DoesNotFit(start, value, typeof(BigInteger));
            case MessagePackType.Extension:
                var seen = ReadText(ref reader);
                return seen switch
                {
                    BigInteger whole => whole,
                    long or ulong => (Int128)Convert.ToDecimal(seen),
                    decimal number when decimal.IsInteger(number) => new BigInteger(number),
                    _ => throw ValueErrors.DoesNotFit(start, seen, typeof(BigInteger)),
                };
            default:
                throw ValueErrors.WrongKind(ref reader, typeof(BigInteger));
        }
    }

    private static (object? Seen, Int128? Value) ReadWide(ref WireReader reader, Type target)
    {
        switch (reader.PeekType())
        {
            case MessagePackType.Integer when reader.IsNextUInt64:
                var unsigned = reader.ReadUInt64();
                return (unsigned, unsigned);
            case MessagePackType.Integer:
                var signed = reader.ReadInt64();
                return (signed, signed);
            case MessagePackType.Float:
                var value = reader.ReadDouble();
                return (value, double.IsInteger(value) && Math.Abs(value) <= ulong.MaxValue ? (Int128)value : null);
            case MessagePackType.Extension:
                var seen = ReadText(ref reader);
                return (seen, seen switch
                {
                    long number => number,
                    ulong number => number,
                    decimal number when decimal.IsInteger(number) => (Int128)number,
                    _ => null,
                });
            default:
                throw ValueErrors.WrongKind(ref reader, target);
        }
    }

    public static object ReadText(ref WireReader reader)
    {
        var start = reader.Consumed;
        return NumberText.ToObject(NumberText.Read(ref reader))
            ?? throw new WireFormatException($"Offset {start} holds a number that no .NET number type holds exactly: read it into a type of your own through a JsonConverter.");
    }
}
