using System.Collections.Frozen;
using System.Numerics;
using QCluster.Wire.Primitives;

namespace QCluster.Wire.Values;

/// <summary>The types that are written straight to MessagePack: scalars, and arrays, lists and string-keyed dictionaries of them.</summary>
internal static class DirectFormats
{
    private static readonly FrozenDictionary<Type, ValueFormat> All = Build();

    public static ValueFormat? Find(Type type) => All.GetValueOrDefault(type);

    private static FrozenDictionary<Type, ValueFormat> Build()
    {
        var all = new Dictionary<Type, ValueFormat>();
        AddValue(all, static (ref writer, value) => writer.Write(value), static (ref reader) => reader.ReadBoolean());
        AddInteger<byte>(all);
        AddInteger<sbyte>(all);
        AddInteger<short>(all);
        AddInteger<ushort>(all);
        AddInteger<int>(all);
        AddInteger<uint>(all);
        AddInteger<long>(all);
        AddInteger<ulong>(all);
        AddValue(all, static (ref writer, value) => writer.Write(value), NumberFormat.ReadSingle);
        AddValue(all, static (ref writer, value) => writer.Write(value), NumberFormat.ReadDouble);
        AddValue(all, static (ref writer, value) => NumberText.Write(value, ref writer), NumberFormat.ReadDecimal);
        AddValue<BigInteger>(all, static (ref writer, value) => NumberText.Write(value, ref writer), NumberFormat.ReadBigInteger);
        AddValue(all, static (ref writer, value) => writer.WriteText(new ReadOnlySpan<char>(in value)), TextFormat.ReadChar);
        AddValue<Guid>(all, TextFormat.Write, TextFormat.ReadGuid);
        AddValue<DateTime>(all, TimeFormat.Write, TimeFormat.ReadDateTime);
        AddValue<DateTimeOffset>(all, TimeFormat.Write, TimeFormat.ReadDateTimeOffset);
        AddValue<DateOnly>(all, TimeFormat.Write, TimeFormat.ReadDateOnly);
        AddValue<TimeOnly>(all, TimeFormat.Write, TimeFormat.ReadTimeOnly);
        AddValue<TimeSpan>(all, TimeFormat.Write, TimeFormat.ReadTimeSpan);
        Add<string>(all, static (ref writer, value) => writer.WriteText(value), static (ref reader) => reader.TryReadNil() ? null! : reader.ReadString());
        Add<Uri>(all, static (ref writer, value) => writer.WriteText(value?.OriginalString), TextFormat.ReadUri);
        Add<byte[]>(all, static (ref writer, value) => writer.Write(value), BinaryFormat.ReadArray);
        AddValue<ReadOnlyMemory<byte>>(all, static (ref writer, value) => writer.Write(value.Span), static (ref reader) => BinaryFormat.Read(ref reader, typeof(ReadOnlyMemory<byte>)));
        AddValue<Memory<byte>>(all, static (ref writer, value) => writer.Write(value.Span), static (ref reader) => BinaryFormat.Read(ref reader, typeof(Memory<byte>)));
        return all.ToFrozenDictionary();
    }

    private static void AddInteger<T>(Dictionary<Type, ValueFormat> all)
        where T : struct, IBinaryInteger<T> =>
        AddValue<T>(all, NumberFormat.WriteInteger, NumberFormat.ReadInteger<T>);

    private static void AddValue<T>(Dictionary<Type, ValueFormat> all, WriteValue<T> write, ReadValue<T> read)
        where T : struct
    {
        Add(all, write, read);
        all.Add(typeof(T?), CollectionFormat.Nullable(write, read));
    }

    private static void Add<T>(Dictionary<Type, ValueFormat> all, WriteValue<T> write, ReadValue<T> read)
    {
        all.Add(typeof(T), new ValueFormat<T>(write, read));
        // A byte[] is binary, not an array of numbers: it adds itself.
        if (typeof(T) != typeof(byte))
            all.Add(typeof(T[]), CollectionFormat.Array(write, read));
        all.Add(typeof(List<T>), CollectionFormat.List(write, read));
        all.Add(typeof(Dictionary<string, T>), CollectionFormat.Dictionary(write, read));
    }
}
