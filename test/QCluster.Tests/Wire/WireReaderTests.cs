using MessagePack;
using QCluster.Wire;
using QCluster.Wire.Primitives;

namespace QCluster.Tests.Wire;

public sealed class WireReaderTests
{
    [TestCase("", "a value is wanted at offset 0")]
    [TestCase("d9", "offset 0 begins a string (0xD9) that needs more than the 1 left")]
    [TestCase("d905 6161", "offset 0 begins a string (0xD9) that needs more than the 4 left")]
    [TestCase("c1", "Offset 0 holds 0xC1")]
    [TestCase("92 01", "offset 0 begins an array (0x92) that needs more than the 2 left")]
    [TestCase("ddffffffff 00", "offset 0 begins an array (0xDD) that needs more than the 6 left")]
    [TestCase("dd7fffffff 00", "offset 0 begins an array (0xDD) that needs more than the 6 left")]
    [TestCase("dfffffffff 00", "offset 0 begins a map (0xDF) that needs more than the 6 left")]
    [TestCase("df3b9aca00 00", "offset 0 begins a map (0xDF) that needs more than the 6 left")]
    [TestCase("82 01 02 03", "offset 0 begins a map (0x82) that needs more than the 4 left")]
    [TestCase("dbffffffff 00", "offset 0 begins a string (0xDB) that needs more than the 6 left")]
    [TestCase("c6ffffffff 00", "offset 0 begins binary (0xC6) that needs more than the 6 left")]
    [TestCase("c9ffffffff05 00", "offset 0 begins an extension (0xC9) that needs more than the 7 left")]
    [TestCase("cb 0000", "offset 0 begins a float (0xCB) that needs more than the 3 left")]
    [TestCase("93 01 02 c1", "Offset 3 holds 0xC1")]
    public void Bytes_that_are_no_value_are_refused_with_the_offset(string hex, string expected) =>
        Assert.That(() => new WireReader(Pack.Hex(hex)).Skip(), Throws.TypeOf<WireFormatException>().With.Message.Contains(expected));

    [Test]
    public void A_value_of_another_kind_is_refused_naming_both()
    {
        Assert.That(static () => new WireReader(Pack.Hex("a161")).ReadInt64(), Throws.TypeOf<WireFormatException>().With.Message.EqualTo("Offset 0 holds a string (0xA1) where an integer is wanted."));
        Assert.That(static () => new WireReader(Pack.Hex("01")).ReadString(), Throws.TypeOf<WireFormatException>());
        Assert.That(static () => new WireReader(Pack.Hex("01")).ReadBoolean(), Throws.TypeOf<WireFormatException>());
        Assert.That(static () => new WireReader(Pack.Hex("01")).ReadDouble(), Throws.TypeOf<WireFormatException>());
        Assert.That(static () => new WireReader(Pack.Hex("01")).ReadNil(), Throws.TypeOf<WireFormatException>());
        Assert.That(static () => new WireReader(Pack.Hex("01")).ReadArrayHeader(), Throws.TypeOf<WireFormatException>());
        Assert.That(static () => new WireReader(Pack.Hex("01")).ReadMapHeader(), Throws.TypeOf<WireFormatException>());
        Assert.That(static () => new WireReader(Pack.Hex("a0")).ReadBinary().Length, Throws.TypeOf<WireFormatException>());
        Assert.That(static () => new WireReader(Pack.Hex("01")).ReadDateTimeOffset(), Throws.TypeOf<WireFormatException>());
        Assert.That(static () => new WireReader(Pack.Hex("d40501")).ReadDateTimeOffset(), Throws.TypeOf<WireFormatException>().With.Message.Contains("extension of type 5"));
    }

    [TestCase("a1ff")]
    [TestCase("a2c328")]
    [TestCase("a3eda080")]
    [TestCase("a2c080")]
    [TestCase("a4f4908080")]
    public void Text_that_is_not_utf8_is_refused(string hex)
    {
        Assert.That(() => new WireReader(Pack.Hex(hex)).ReadString(), Throws.TypeOf<WireFormatException>().With.Message.Contains("not valid UTF-8"));
        Assert.That(() => Pack.Untyped(Pack.Hex(hex)), Throws.TypeOf<WireFormatException>());
        Assert.That(() => Pack.Read<Order>(Pack.Hex("81" + hex + "01")), Throws.TypeOf<WireFormatException>());
    }

    [TestCase("d7ff ffffffff00000000", TestName = "A timestamp of more than 999,999,999 nanoseconds is refused")]
    [TestCase("d5ff 0000", TestName = "A timestamp of two bytes is refused")]
    public void A_malformed_timestamp_is_refused(string hex) =>
        Assert.That(() => new WireReader(Pack.Hex(hex)).ReadDateTimeOffset(), Throws.TypeOf<WireFormatException>());

    [Test]
    public void A_timestamp_beyond_the_year_9999_is_refused_as_a_date() =>
        Assert.That(static () => new WireReader(Pack.Hex("c70cff000000007fffffffffffffff")).ReadDateTimeOffset(), Throws.TypeOf<WireFormatException>());

    [TestCase(64, true)]
    [TestCase(65, false)]
    [TestCase(1_000_000, false)]
    public void Nesting_is_accepted_to_the_limit_and_refused_beyond(int levels, bool accepted)
    {
        byte[] arrays = [.. Enumerable.Repeat((byte)0x91, levels), 0xC0];
        byte[] maps = [.. Enumerable.Repeat(Pack.Hex("81a161"), levels).SelectMany(static level => level), 0xC0];
        foreach (var bytes in new[] { arrays, maps })
        {
            Assert.That(() => new WireReader(bytes).Skip(), accepted ? Throws.Nothing : Throws.TypeOf<WireFormatException>().With.Message.Contains("deeper than the 64"));
            Assert.That(() => Pack.Untyped(bytes), accepted ? Throws.Nothing : Throws.TypeOf<WireFormatException>());
        }
    }

    [Test]
    public void Input_over_the_length_limit_is_refused_at_once() =>
        Assert.That(static () => new WireReader(new byte[11], new WireLimits { MaxLength = 10 }).Skip(), Throws.TypeOf<WireFormatException>().With.Message.EqualTo("11 bytes are more than the 10 allowed."));

    [Test]
    public void Headers_within_headers_cannot_make_the_reader_allocate()
    {
        // Each of the 60 arrays announces as many items as there are bytes left.
        var bytes = new byte[2_000_000];
        for (var level = 0; level < 60; level++)
        {
            bytes[level * 5] = 0xDD;
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan((level * 5) + 1), bytes.Length - ((level + 1) * 5));
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(() => Pack.Untyped(bytes), Throws.TypeOf<WireFormatException>());
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1_000_000));
    }

    [Test]
    public void Reading_and_writing_primitives_allocates_nothing()
    {
        using var buffer = new PooledBuffer();
        var date = DateTimeOffset.UnixEpoch;
        RoundTrip(buffer, date);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            RoundTrip(buffer, date);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void The_writer_spans_a_growing_buffer()
    {
        using var buffer = new PooledBuffer(16);
        var writer = new MessagePackWriter(buffer);
        for (var i = 0; i < 10_000; i++)
            writer.Write(i);
        writer.Flush();
        var reader = new WireReader(buffer.WrittenMemory);
        for (var i = 0; i < 10_000; i++)
            Assert.That(reader.ReadInt32(), Is.EqualTo(i));
        Assert.That(reader.End, Is.True);

        buffer.Reset();
        Assert.That(buffer.WrittenCount, Is.Zero);
    }

    private static void RoundTrip(PooledBuffer buffer, DateTimeOffset date)
    {
        buffer.Reset();
        var writer = new MessagePackWriter(buffer);
        writer.Write(-70_000);
        Pack.Serializer.Write(ref writer, 12345);
        Pack.Serializer.Write(ref writer, 1.5);
        Pack.Serializer.Write(ref writer, date);
        Pack.Serializer.Write(ref writer, 12.50m);
        writer.Flush();
        var reader = new WireReader(buffer.WrittenMemory);
        reader.ReadInt64();
        Pack.Serializer.Read<int>(ref reader);
        Pack.Serializer.Read<double>(ref reader);
        Pack.Serializer.Read<DateTimeOffset>(ref reader);
        Pack.Serializer.Read<decimal>(ref reader);
    }
}
