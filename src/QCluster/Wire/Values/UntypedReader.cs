using MessagePack;
using QCluster.Wire.Primitives;

namespace QCluster.Wire.Values;

/// <summary>Reads a value as the nearest .NET type, for callers without a type.</summary>
internal static class UntypedReader
{
    public static object? Read(ref WireReader reader)
    {
        Validate(ref reader);
        return ReadValid(ref reader);
    }

    public static object?[] ReadArray(ref WireReader reader)
    {
        Validate(ref reader);
        return ReadValidArray(ref reader);
    }

    public static Dictionary<string, object?> ReadMap(ref WireReader reader)
    {
        Validate(ref reader);
        return ReadValidMap(ref reader);
    }

    // Arrays within arrays could each announce as many items as there are bytes left; only when the whole value has been
    // walked once do the counts add up to no more than its length, and may memory be taken on their word.
    private static void Validate(ref WireReader reader)
    {
        var ahead = reader;
        ahead.Skip();
    }

    private static object? ReadValid(ref WireReader reader)
    {
        switch (reader.PeekType())
        {
            case MessagePackType.Nil:
                reader.ReadNil();
                return null;
            case MessagePackType.Boolean:
                return reader.ReadBoolean();
            case MessagePackType.Integer when reader.IsNextUInt64:
                var unsigned = reader.ReadUInt64();
                return unsigned <= long.MaxValue ? (long)unsigned : unsigned;
            case MessagePackType.Integer:
                return reader.ReadInt64();
            case MessagePackType.Float:
                return reader.ReadDouble();
            case MessagePackType.String:
                return reader.ReadString();
            case MessagePackType.Binary:
                return reader.ReadBinary().ToArray();
            case MessagePackType.Extension when reader.PeekExtension() == ExtensionCode.Timestamp:
                return reader.ReadDateTimeOffset();
            case MessagePackType.Extension:
                return NumberFormat.ReadText(ref reader);
            case MessagePackType.Array:
                return ReadValidArray(ref reader);
            default:
                return ReadValidMap(ref reader);
        }
    }

    private static object?[] ReadValidArray(ref WireReader reader)
    {
        var count = reader.ReadArrayHeader();
        if (count == 0)
            return [];
        var items = new object?[count];
        for (var i = 0; i < items.Length; i++)
            items[i] = ReadValid(ref reader);
        return items;
    }

    private static Dictionary<string, object?> ReadValidMap(ref WireReader reader)
    {
        var count = reader.ReadMapHeader();
        var items = new Dictionary<string, object?>(count);
        for (var i = 0; i < count; i++)
            items[MapKey.Read(ref reader)] = ReadValid(ref reader);
        return items;
    }
}
