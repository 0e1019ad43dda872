using MessagePack;
using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace QCluster.Wire.Values;

/// <summary>Enums that JSON writes as their number, written as that number.</summary>
internal static class EnumFormat
{
    private static readonly MethodInfo CreateMethod = typeof(EnumFormat).GetMethod(nameof(Create), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <summary>Null when the options or an attribute say that this enum travels as something other than its number.</summary>
    public static ValueFormat? TryCreate(Type type, JsonSerializerOptions options) => IsWrittenAsNumber(type, options)
        ? (ValueFormat)CreateMethod.MakeGenericMethod(type, Enum.GetUnderlyingType(type)).Invoke(null, null)!
        : null;

    // Only a defined value tells: a converter to names writes an undefined one as a number.
    private static bool IsWrittenAsNumber(Type type, JsonSerializerOptions options)
    {
        var values = Enum.GetValuesAsUnderlyingType(type);
        if (values.Length == 0)
            return true;
        var number = values.GetValue(values.Length - 1)!;
        var json = JsonSerializer.SerializeToUtf8Bytes(Enum.ToObject(type, number), options.GetTypeInfo(type));
        return Encoding.UTF8.GetString(json) == number.ToString();
    }

    private static ValueFormat<TEnum> Create<TEnum, TNumber>()
        where TEnum : struct, Enum
        where TNumber : struct, IBinaryInteger<TNumber> =>
        new(
            static (ref writer, value) => NumberFormat.WriteInteger(ref writer, Unsafe.BitCast<TEnum, TNumber>(value)),
            static (ref reader) => reader.PeekType() == MessagePackType.String
                ? Parse<TEnum>(reader.ReadString()!)
                : Unsafe.BitCast<TNumber, TEnum>(NumberFormat.ReadInteger<TNumber>(ref reader)));

    /// <summary>The value of a name, or of several with commas between them, in any case. A number in a string is none.</summary>
    public static TEnum Parse<TEnum>(string text)
        where TEnum : struct, Enum =>
        text.Length > 0 && !char.IsAsciiDigit(text[0]) && text[0] is not ('-' or '+') && Enum.TryParse<TEnum>(text, ignoreCase: true, out var value)
            ? value
            : throw new WireFormatException($"'{(text.Length > 100 ? text[..100] + "..." : text)}' is no {typeof(TEnum)}: it is {string.Join(", ", Enum.GetNames<TEnum>().Take(20))}.");
}
