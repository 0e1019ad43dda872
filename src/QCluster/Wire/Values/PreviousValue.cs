using MessagePack;
using QCluster.Wire.Primitives;

namespace QCluster.Wire.Values;

/// <summary>Replaces the placeholder by the value of the previous step, in the encoded arguments.</summary>
internal static class PreviousValue
{
    /// <summary>Positional arguments that are nothing but the placeholder.</summary>
    public static ReadOnlyMemory<byte> Alone { get; } = WriteAlone();

    public static void WritePlaceholder(ref MessagePackWriter writer) => writer.WriteExtension(ExtensionCode.Previous, [0]);

    private static byte[] WriteAlone()
    {
        using var buffer = new PooledBuffer(8);
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(1);
        WritePlaceholder(ref writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Positional or named arguments with the placeholders filled in.</summary>
    /// <param name="arguments">An array, or a map; empty stays empty.</param>
    /// <param name="value">One MessagePack value.</param>
    public static ReadOnlyMemory<byte> Fill(ReadOnlyMemory<byte> arguments, ReadOnlySpan<byte> value)
    {
        if (arguments.IsEmpty)
            return arguments;
        var reader = new WireReader(arguments);
        var isMap = reader.PeekType() == MessagePackType.Map;
        var count = isMap ? reader.ReadMapHeader() : reader.ReadArrayHeader();
        using var buffer = new PooledBuffer(arguments.Length + value.Length);
        var writer = new MessagePackWriter(buffer);
        if (isMap)
            writer.WriteMapHeader(count);
        else
            writer.WriteArrayHeader(count);
        for (var i = 0; i < count; i++)
        {
            if (isMap)
                writer.WriteRaw(reader.ReadRaw().Span);
            var isPlaceholder = reader.PeekType() == MessagePackType.Extension && reader.PeekExtension() == ExtensionCode.Previous;
            var own = reader.ReadRaw();
            writer.WriteRaw(isPlaceholder ? value : own.Span);
        }

        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
