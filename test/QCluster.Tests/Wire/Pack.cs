using MessagePack;
using QCluster.Wire;
using QCluster.Wire.Primitives;
using QCluster.Wire.Values;

namespace QCluster.Tests.Wire;

internal delegate void PackAction(ref MessagePackWriter writer);

/// <summary>Short forms for tests: values to bytes and back.</summary>
internal static class Pack
{
    public static readonly ValueSerializer Serializer = new();

    public static byte[] Bytes(PackAction write)
    {
        using var buffer = new PooledBuffer();
        var writer = new MessagePackWriter(buffer);
        write(ref writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    public static byte[] Of<T>(T value, ValueSerializer? serializer = null) =>
        Bytes((ref writer) => (serializer ?? Serializer).Write(ref writer, value));

    public static byte[] Object(object? value, Type declared, ValueSerializer? serializer = null) =>
        Bytes((ref writer) => (serializer ?? Serializer).Write(ref writer, value, declared));

    public static T Read<T>(byte[] bytes, ValueSerializer? serializer = null)
    {
        var reader = new WireReader(bytes);
        var value = (serializer ?? Serializer).Read<T>(ref reader);
        Assert.That(reader.End, Is.True, "the whole value is read");
        return value;
    }

    public static object? Read(byte[] bytes, Type type, ValueSerializer? serializer = null)
    {
        var reader = new WireReader(bytes);
        var value = (serializer ?? Serializer).Read(ref reader, type);
        Assert.That(reader.End, Is.True, "the whole value is read");
        return value;
    }

    public static object? Untyped(byte[] bytes)
    {
        var reader = new WireReader(bytes);
        var value = Serializer.ReadUntyped(ref reader);
        Assert.That(reader.End, Is.True, "the whole value is read");
        return value;
    }

    public static T RoundTrip<T>(T value, ValueSerializer? serializer = null) => Read<T>(Of(value, serializer), serializer);

    public static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));
}
