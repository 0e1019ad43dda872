using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using MessagePack;

namespace QCluster.Wire.Values;

/// <summary>Enums that JSON writes as their number, written as that number.</summary>
internal static class EnumFormat
{
    /// <summary>Null if the options or an attribute give this enum another form than its number.</summary>
    public static ValueFormat? TryCreate(Type type, JsonSerializerOptions options)
    {
        if (!IsWrittenAsNumber(type, options))
            return null;
        return ReflectionSupport.IsEnabled ? CreateTyped(type) : new BoxedEnumFormat(type);
    }

    [RequiresUnreferencedCode(ReflectionSupport.ReadsTypes)]
    [RequiresDynamicCode(ReflectionSupport.ReadsTypes)]
    private static ValueFormat CreateTyped(Type type)
    {
        var create = typeof(EnumFormat).GetMethod(nameof(Create), BindingFlags.NonPublic | BindingFlags.Static)!;
        return (ValueFormat)create.MakeGenericMethod(type, Enum.GetUnderlyingType(type)).Invoke(null, null)!;
    }

    // Only a defined value shows it: a converter to names writes an undefined one as a number.
    private static bool IsWrittenAsNumber(Type type, JsonSerializerOptions options)
    {
        var values = Enum.GetValuesAsUnderlyingType(type);
        if (values.Length == 0)
            return true;
        // In a trimmed program there may be no contract, and then the number is used.
        if (!options.TryGetTypeInfo(type, out var contract))
            return true;
        var number = values.GetValue(values.Length - 1)!;
        var json = JsonSerializer.SerializeToUtf8Bytes(Enum.ToObject(type, number), contract);
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

    /// <summary>The value of a name, or of several separated by commas, in any case. A number in a string is not a name.</summary>
    public static TEnum Parse<TEnum>(string text)
        where TEnum : struct, Enum => (TEnum)Parse(typeof(TEnum), text);

    /// <inheritdoc cref="Parse{TEnum}(string)" />
    public static object Parse(Type type, string text) =>
        text.Length > 0 && !char.IsAsciiDigit(text[0]) && text[0] is not ('-' or '+') && Enum.TryParse(type, text, ignoreCase: true, out var value)
            ? value
            : throw new WireFormatException($"'{(text.Length > 100 ? text[..100] + "..." : text)}' is no {type}: it is {string.Join(", ", Enum.GetNames(type).Take(20))}.");
}
