using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace QCluster.Wire;

/// <summary>
/// .NET values to MessagePack and back. Primitives go directly; everything else goes through its System.Text.Json contract
/// (attributes, converters, source-generated contexts) and is carried over losslessly.
/// </summary>
/// <remarks>A write that throws may have written part of the value: the caller discards what stands behind its start.</remarks>
internal sealed class ValueSerializer
{
    private readonly JsonSerializerOptions _options;
    private readonly WireLimits _limits;

    public ValueSerializer(JsonSerializerOptions? options = null, WireLimits? limits = null)
    {
        _limits = limits ?? WireLimits.Default;
        _options = options is null ? new JsonSerializerOptions() : new JsonSerializerOptions(options);
        _options.NumberHandling |= JsonNumberHandling.AllowNamedFloatingPointLiterals | JsonNumberHandling.AllowReadingFromString;
        _options.MaxDepth = _limits.MaxDepth;
        _options.TypeInfoResolver ??= JsonSerializer.IsReflectionEnabledByDefault ? JsonSerializerOptions.Default.TypeInfoResolver : null;
    }

    public WireLimits Limits => _limits;

    public static ValueSerializer Default { get; } = new();

    /// <exception cref="SerializationException">The value cannot travel.</exception>
    public void Write<T>(ref MessagePackWriter writer, T value)
    {
        if (typeof(T) == typeof(double))
            writer.Write(Unsafe.BitCast<T, double>(value));
        else if (typeof(T) == typeof(int))
            writer.Write((long)Unsafe.BitCast<T, int>(value));
        else if (typeof(T) == typeof(long))
            writer.Write(Unsafe.BitCast<T, long>(value));
        else if (typeof(T) == typeof(bool))
            writer.Write(Unsafe.BitCast<T, bool>(value));
        else if (typeof(T) == typeof(float))
            writer.Write(Unsafe.BitCast<T, float>(value));
        else
            Write(ref writer, value, typeof(T));
    }

    /// <param name="writer">Where to.</param>
    /// <param name="value">The value.</param>
    /// <param name="declaredType">The type a reader will ask for; for <see cref="object"/> the value's own type counts.</param>
    /// <exception cref="SerializationException">The value cannot travel.</exception>
    public void Write(ref MessagePackWriter writer, object? value, Type declaredType) => Write(ref writer, value, declaredType, 0);

    private void Write(ref MessagePackWriter writer, object? value, Type declaredType, int depth)
    {
        switch (value)
        {
            case null: writer.WriteNil(); return;
            case bool v: writer.Write(v); return;
            case string v: writer.Write(v.AsSpan()); return;
            case int v: writer.Write((long)v); return;
            case long v: writer.Write(v); return;
            case double v: writer.Write(v); return;
            case float v: writer.Write(v); return;
            case byte v: writer.Write((ulong)v); return;
            case sbyte v: writer.Write((long)v); return;
            case short v: writer.Write((long)v); return;
            case ushort v: writer.Write((ulong)v); return;
            case uint v: writer.Write((ulong)v); return;
            case ulong v: writer.Write(v); return;
            case char v: writer.Write([v]); return;
            case decimal v: WriteNumber(ref writer, v.ToString(CultureInfo.InvariantCulture)); return;
            case BigInteger v: WriteNumber(ref writer, v.ToString(CultureInfo.InvariantCulture)); return;
            case byte[] v: writer.WriteBinary(v); return;
            case ReadOnlyMemory<byte> v: writer.WriteBinary(v.Span); return;
            case Memory<byte> v: writer.WriteBinary(v.Span); return;
        }

        if (depth >= _limits.MaxDepth)
            throw new SerializationException($"A value is nested deeper than {_limits.MaxDepth}, or contains itself. Send a flatter one.");
        if (value.GetType() == typeof(object[]) || value is List<object?>)
        {
            var list = (IList)value;
            writer.WriteArrayHeader(list.Count);
            foreach (var item in list)
                Write(ref writer, item, typeof(object), depth + 1);
            return;
        }

        if (value is Dictionary<string, object?> map)
        {
            writer.WriteMapHeader(map.Count);
            foreach (var (key, item) in map)
            {
                writer.Write(key.AsSpan());
                Write(ref writer, item, typeof(object), depth + 1);
            }

            return;
        }

        WriteThroughJson(ref writer, value, declaredType == typeof(object) || declaredType.IsInterface && !HasPolymorphism(declaredType) ? value.GetType() : declaredType);
    }

    private static bool HasPolymorphism(Type type) => type.IsDefined(typeof(JsonPolymorphicAttribute), inherit: false) || type.IsDefined(typeof(JsonDerivedTypeAttribute), inherit: false);

    private static void WriteNumber(ref MessagePackWriter writer, string text) => JsonTranscoder.WriteNumber(ref writer, System.Text.Encoding.ASCII.GetBytes(text));

    private void WriteThroughJson(ref MessagePackWriter writer, object value, Type type)
    {
        RefuseWhatCannotTravel(value.GetType());
        using var buffer = new PooledBuffer(512);
        try
        {
            using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { MaxDepth = _limits.MaxDepth });
            JsonSerializer.Serialize(json, value, type, _options);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new SerializationException($"A value of type {value.GetType()} cannot be serialised: {e.Message} Pass a type that System.Text.Json can write, or give its options a converter for it.", e);
        }

        JsonTranscoder.ToMessagePack(buffer.WrittenSpan, ref writer, _limits);
    }

    private static void RefuseWhatCannotTravel(Type type)
    {
        var what =
            typeof(Delegate).IsAssignableFrom(type) ? "code" :
            typeof(Task).IsAssignableFrom(type) || type == typeof(ValueTask) || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>)) ? "a task that belongs to this process; await it and pass its value" :
            typeof(Stream).IsAssignableFrom(type) || typeof(TextReader).IsAssignableFrom(type) || typeof(TextWriter).IsAssignableFrom(type) ? "an open stream; pass a path or the bytes" :
            type == typeof(CancellationToken) || typeof(IServiceProvider).IsAssignableFrom(type) ? "something the worker injects; leave it out of the arguments" :
            typeof(System.Reflection.MemberInfo).IsAssignableFrom(type) || type == typeof(IntPtr) || type == typeof(UIntPtr) || typeof(System.Runtime.InteropServices.SafeHandle).IsAssignableFrom(type) || typeof(Thread).IsAssignableFrom(type) ? "a handle of this process" : null;
        if (what is not null)
            throw new SerializationException($"A value of type {type} cannot be serialised: it is {what}.");
    }

    /// <exception cref="WireFormatException">The bytes are damaged or of another type.</exception>
    public T Read<T>(ref MessagePackReader reader)
    {
        if (typeof(T) == typeof(double))
            return Unsafe.BitCast<double, T>(ReadDouble(ref reader));
        if (typeof(T) == typeof(int))
            return Unsafe.BitCast<int, T>((int)ReadInteger(ref reader, int.MinValue, int.MaxValue));
        if (typeof(T) == typeof(long))
            return Unsafe.BitCast<long, T>(ReadInteger(ref reader, long.MinValue, long.MaxValue));
        if (typeof(T) == typeof(bool))
            return Unsafe.BitCast<bool, T>(reader.ReadBoolean());
        return (T)Read(ref reader, typeof(T))!;
    }

    /// <exception cref="WireFormatException">The bytes are damaged or of another type.</exception>
    public object? Read(ref MessagePackReader reader, Type type)
    {
        if (type == typeof(object))
            return ReadUntyped(ref reader);
        var target = Nullable.GetUnderlyingType(type) ?? type;
        if (reader.PeekType() == MessagePackType.Nil && (target != type || !type.IsValueType))
        {
            reader.TryReadNil();
            return null;
        }

        if (target.IsEnum)
            return ReadThroughJson(ref reader, target);
        switch (Type.GetTypeCode(target))
        {
            case TypeCode.Boolean: return reader.ReadBoolean();
            case TypeCode.String: return reader.ReadString();
            case TypeCode.SByte: return (sbyte)ReadInteger(ref reader, sbyte.MinValue, sbyte.MaxValue);
            case TypeCode.Byte: return (byte)ReadInteger(ref reader, byte.MinValue, byte.MaxValue);
            case TypeCode.Int16: return (short)ReadInteger(ref reader, short.MinValue, short.MaxValue);
            case TypeCode.UInt16: return (ushort)ReadInteger(ref reader, ushort.MinValue, ushort.MaxValue);
            case TypeCode.Int32: return (int)ReadInteger(ref reader, int.MinValue, int.MaxValue);
            case TypeCode.UInt32: return (uint)ReadInteger(ref reader, uint.MinValue, uint.MaxValue);
            case TypeCode.Int64: return ReadInteger(ref reader, long.MinValue, long.MaxValue);
            case TypeCode.UInt64: return reader.PeekIsLargeUnsigned() ? reader.ReadUInt64() : (ulong)ReadInteger(ref reader, 0, long.MaxValue);
            case TypeCode.Double: return ReadDouble(ref reader);
            case TypeCode.Single: return ReadSingle(ref reader);
        }

        if (target == typeof(byte[]) && reader.PeekType() == MessagePackType.Binary)
            return reader.ReadBinary().ToArray();
        if (target == typeof(ReadOnlyMemory<byte>) && reader.PeekType() == MessagePackType.Binary)
            return (ReadOnlyMemory<byte>)reader.ReadBinary().ToArray();
        if (target == typeof(Guid) && reader.PeekType() == MessagePackType.Binary)
        {
            var bytes = reader.ReadBinary();
            return bytes.Length == 16 ? new Guid(bytes, bigEndian: true) : throw new WireFormatException($"Binary data of {bytes.Length} bytes cannot be read as System.Guid; 16 are needed.");
        }

        if (target == typeof(object[]) || target == typeof(IReadOnlyList<object>) || target == typeof(IEnumerable<object>))
            return ReadUntyped(ref reader) as object?[] ?? throw new WireFormatException($"A value that is not an array cannot be read as {target}.");
        return ReadThroughJson(ref reader, target);
    }

    /// <summary>
    /// The value as the wire has it: null, <see cref="bool"/>, <see cref="long"/> (<see cref="ulong"/> when larger),
    /// <see cref="double"/>, <see cref="decimal"/> or <see cref="BigInteger"/> (number extension), <see cref="string"/>,
    /// byte array, <see cref="DateTimeOffset"/>, object array, or dictionary by string.
    /// </summary>
    public object? ReadUntyped(ref MessagePackReader reader) => ReadUntyped(ref reader, 0);

    private object? ReadUntyped(ref MessagePackReader reader, int depth)
    {
        if (depth > _limits.MaxDepth)
            throw reader.Error($"a value nested deeper than {_limits.MaxDepth}");
        switch (reader.PeekType())
        {
            case MessagePackType.Nil:
                reader.TryReadNil();
                return null;
            case MessagePackType.Boolean:
                return reader.ReadBoolean();
            case MessagePackType.Integer:
                return reader.PeekIsLargeUnsigned() ? reader.ReadUInt64() : reader.ReadInt64();
            case MessagePackType.Float:
                return reader.ReadDouble();
            case MessagePackType.String:
                return reader.ReadString();
            case MessagePackType.Binary:
                return reader.ReadBinary().ToArray();
            case MessagePackType.Array:
                // The count is at most the bytes left; memory grows with what is really there.
                var items = new List<object?>();
                for (var count = reader.ReadArrayHeader(); count > 0; count--)
                    items.Add(ReadUntyped(ref reader, depth + 1));
                return items.ToArray();
            case MessagePackType.Map:
                var map = new Dictionary<string, object?>(StringComparer.Ordinal);
                for (var count = reader.ReadMapHeader(); count > 0; count--)
                {
                    var key = JsonTranscoder.ReadKey(ref reader);
                    if (!map.TryAdd(key, ReadUntyped(ref reader, depth + 1)))
                        throw new WireFormatException($"The key '{key}' stands twice in a map.");
                }

                return map;
            default:
                if (reader.PeekExtensionType() == ExtensionType.Timestamp)
                    return reader.ReadTimestamp();
                var number = JsonTranscoder.ReadNumber(ref reader);
                return ParseExact(number);
        }
    }

    private static object ParseExact(string number)
    {
        if (decimal.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact) && IsExact(exact, number))
            return exact;
        if (BigInteger.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer))
            return integer;
        throw new WireFormatException($"The number {number} fits no .NET type; read it as System.Text.Json.JsonElement.");
    }

    private static bool IsExact(decimal value, string text) => value.ToString(CultureInfo.InvariantCulture) == text;

    private object? ReadThroughJson(ref MessagePackReader reader, Type type)
    {
        using var buffer = new PooledBuffer(512);
        JsonTranscoder.ToJson(ref reader, buffer, _limits);
        try
        {
            return JsonSerializer.Deserialize(buffer.WrittenSpan, type, _options);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new WireFormatException($"A value cannot be read as {type}: {e.Message}", e);
        }
    }

    private static long ReadInteger(ref MessagePackReader reader, long least, long most)
    {
        if (reader.PeekType() != MessagePackType.Float)
            return reader.ReadInRange(least, most);
        var value = reader.ReadDouble();
        // 2^63 is the first double that no longer fits.
        if (value >= least && value <= most && value < 9223372036854775808.0 && value == Math.Floor(value))
            return (long)value;
        throw new WireFormatException($"The number {value.ToString("R", CultureInfo.InvariantCulture)} is not an integer between {least} and {most}.");
    }

    private static double ReadDouble(ref MessagePackReader reader) =>
        reader.PeekType() switch
        {
            MessagePackType.Extension => double.Parse(JsonTranscoder.ReadNumber(ref reader), CultureInfo.InvariantCulture),
            MessagePackType.String => ReadNamed(ref reader),
            _ => reader.ReadDouble(),
        };

    private static double ReadNamed(ref MessagePackReader reader)
    {
        var text = reader.ReadString();
        return text switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            _ => throw new WireFormatException($"The string '{(text.Length > 50 ? text[..50] : text)}' stands where a number is expected."),
        };
    }

    private static float ReadSingle(ref MessagePackReader reader)
    {
        var value = ReadDouble(ref reader);
        var single = (float)value;
        return float.IsFinite(single) || !double.IsFinite(value) ? single : throw new WireFormatException($"The number {value.ToString("R", CultureInfo.InvariantCulture)} does not fit System.Single.");
    }
}
