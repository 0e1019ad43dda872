using System.Globalization;
using System.Text;
using MessagePack;
using QCluster.Wire.Primitives;

namespace QCluster.Wire.Values;

/// <summary>The keys of maps are text in .NET and JSON; other languages may write numbers, booleans and times.</summary>
internal static class MapKey
{
    public static string Read(ref WireReader reader) => reader.PeekType() switch
    {
        MessagePackType.String => reader.ReadString(),
        MessagePackType.Integer when reader.IsNextUInt64 => reader.ReadUInt64().ToString(CultureInfo.InvariantCulture),
        MessagePackType.Integer => reader.ReadInt64().ToString(CultureInfo.InvariantCulture),
        MessagePackType.Float => reader.ReadDouble().ToString(CultureInfo.InvariantCulture),
        MessagePackType.Boolean => reader.ReadBoolean() ? "true" : "false",
        MessagePackType.Extension when reader.PeekExtension() == ExtensionCode.Timestamp => reader.ReadDateTimeOffset().ToString("O", CultureInfo.InvariantCulture),
        MessagePackType.Extension => Encoding.ASCII.GetString(NumberText.Read(ref reader)),
        _ => throw reader.Unexpected("a map's key (a string, a number, a boolean or a timestamp)"),
    };
}
