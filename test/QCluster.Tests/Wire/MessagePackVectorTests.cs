using System.Globalization;
using QCluster.Wire.Primitives;

namespace QCluster.Tests.Wire;

public sealed class MessagePackVectorTests
{
    private static readonly object[][] Integers =
    [
        [0L, "00"], [1L, "01"], [127L, "7f"], [128L, "cc80"], [255L, "ccff"], [256L, "cd0100"], [65535L, "cdffff"], [65536L, "ce00010000"],
        [4294967295L, "ceffffffff"], [4294967296L, "cf0000000100000000"], [long.MaxValue, "cf7fffffffffffffff"],
        [-1L, "ff"], [-32L, "e0"], [-33L, "d0df"], [-128L, "d080"], [-129L, "d1ff7f"], [-32768L, "d18000"], [-32769L, "d2ffff7fff"],
        [-2147483648L, "d280000000"], [-2147483649L, "d3ffffffff7fffffff"], [long.MinValue, "d38000000000000000"],
    ];

    private static readonly object[][] WiderIntegers =
    [
        [1L, "cc01"], [1L, "cd0001"], [1L, "ce00000001"], [1L, "cf0000000000000001"], [1L, "d001"], [1L, "d10001"], [1L, "d200000001"],
        [1L, "d30000000000000001"], [-1L, "d0ff"], [-1L, "d1ffff"], [-1L, "d2ffffffff"], [-1L, "d3ffffffffffffffff"], [127L, "d07f"], [32767L, "d17fff"],
        [2147483647L, "d27fffffff"],
    ];

    private static readonly object[][] Timestamps =
    [
        ["1970-01-01T00:00:00Z", "d6ff00000000"], ["2106-02-07T06:28:15Z", "d6ffffffffff"], ["2106-02-07T06:28:16Z", "d7ff0000000100000000"],
        ["1970-01-01T00:00:00.0000001Z", "d7ff0000019000000000"], ["2514-05-30T01:53:03Z", "d7ff00000003ffffffff"],
        ["2514-05-30T01:53:04Z", "c70cff000000000000000400000000"], ["1969-12-31T23:59:59.9999999Z", "c70cff3b9ac99cffffffffffffffff"],
        ["0001-01-01T00:00:00Z", "c70cff00000000fffffff1886e0900"], ["9999-12-31T23:59:59.9999999Z", "c70cff3b9ac99c0000003afff4417f"],
    ];

    private static readonly (int Length, string Header)[] Strings =
    [
        (0, "a0"), (1, "a1"), (31, "bf"), (32, "d920"), (255, "d9ff"), (256, "da0100"), (65535, "daffff"), (65536, "db00010000"),
    ];

    private static readonly (int Length, string Header)[] Binaries =
    [
        (0, "c400"), (1, "c401"), (255, "c4ff"), (256, "c50100"), (65535, "c5ffff"), (65536, "c600010000"),
    ];

    private static readonly (int Length, string Header)[] Extensions =
    [
        (0, "c70005"), (1, "d405"), (2, "d505"), (3, "c70305"), (4, "d605"), (8, "d705"), (15, "c70f05"), (16, "d805"), (17, "c71105"), (255, "c7ff05"),
        (256, "c8010005"), (65535, "c8ffff05"), (65536, "c90001000005"),
    ];

    private static readonly (int Count, string Header)[] Arrays = [(0, "90"), (15, "9f"), (16, "dc0010"), (65535, "dcffff"), (65536, "dd00010000")];

    private static readonly (int Count, string Header)[] Maps = [(0, "80"), (15, "8f"), (16, "de0010"), (65535, "deffff"), (65536, "df00010000")];

    [TestCaseSource(nameof(Integers))]
    public void An_integer_is_written_in_its_smallest_encoding_and_read_back(long value, string hex)
    {
        Assert.That(Pack.Bytes((ref writer) => writer.Write(value)), Is.EqualTo(Pack.Hex(hex)));
        Assert.That(new WireReader(Pack.Hex(hex)).ReadInt64(), Is.EqualTo(value));
        Assert.That(value < 0 || new WireReader(Pack.Hex(hex)).ReadUInt64() == (ulong)value, Is.True);
        AssertIsSkipped(Pack.Hex(hex));
    }

    [TestCaseSource(nameof(WiderIntegers))]
    public void An_integer_is_read_from_any_wider_encoding(long value, string hex)
    {
        Assert.That(new WireReader(Pack.Hex(hex)).ReadInt64(), Is.EqualTo(value));
        AssertIsSkipped(Pack.Hex(hex));
    }

    [Test]
    public void The_largest_unsigned_integer_has_its_own_encoding()
    {
        Assert.That(Pack.Bytes(static (ref writer) => writer.Write(ulong.MaxValue)), Is.EqualTo(Pack.Hex("cfffffffffffffffff")));
        Assert.That(new WireReader(Pack.Hex("cfffffffffffffffff")).ReadUInt64(), Is.EqualTo(ulong.MaxValue));
        Assert.That(static () => new WireReader(Pack.Hex("cfffffffffffffffff")).ReadInt64(), Throws.TypeOf<WireFormatException>().With.Message.Contains("18446744073709551615"));
        Assert.That(static () => new WireReader(Pack.Hex("ff")).ReadUInt64(), Throws.TypeOf<WireFormatException>().With.Message.Contains("-1"));
    }

    [Test]
    public void Nil_and_booleans_are_one_byte()
    {
        Assert.That(Pack.Bytes(static (ref writer) => writer.WriteNil()), Is.EqualTo(Pack.Hex("c0")));
        Assert.That(Pack.Bytes(static (ref writer) => writer.Write(false)), Is.EqualTo(Pack.Hex("c2")));
        Assert.That(Pack.Bytes(static (ref writer) => writer.Write(true)), Is.EqualTo(Pack.Hex("c3")));
        Assert.That(new WireReader(Pack.Hex("c0")).TryReadNil(), Is.True);
        Assert.That(new WireReader(Pack.Hex("c2")).ReadBoolean(), Is.False);
        Assert.That(new WireReader(Pack.Hex("c3")).ReadBoolean(), Is.True);
    }

    [TestCase(1.5, "cb3ff8000000000000")]
    [TestCase(-0.0, "cb8000000000000000")]
    [TestCase(double.MaxValue, "cb7fefffffffffffff")]
    [TestCase(double.PositiveInfinity, "cb7ff0000000000000")]
    [TestCase(double.NaN, "cbfff8000000000000")]
    public void A_double_is_written_as_a_float64(double value, string hex)
    {
        Assert.That(Pack.Bytes((ref writer) => writer.Write(value)), Is.EqualTo(Pack.Hex(hex)));
        Assert.That(BitConverter.DoubleToInt64Bits(new WireReader(Pack.Hex(hex)).ReadDouble()), Is.EqualTo(BitConverter.DoubleToInt64Bits(value)));
    }

    [TestCase(1.5f, "ca3fc00000")]
    [TestCase(float.NegativeInfinity, "caff800000")]
    public void A_float_is_written_as_a_float32(float value, string hex)
    {
        Assert.That(Pack.Bytes((ref writer) => writer.Write(value)), Is.EqualTo(Pack.Hex(hex)));
        Assert.That(new WireReader(Pack.Hex(hex)).ReadDouble(), Is.EqualTo(value));
        AssertIsSkipped(Pack.Hex(hex));
    }

    [TestCaseSource(nameof(Strings))]
    public void A_string_of_each_width_is_written_and_read_back((int Length, string Header) at)
    {
        var text = new string('a', at.Length);
        var bytes = Pack.Bytes((ref writer) => writer.WriteText(text));
        Assert.That(bytes, Is.EqualTo((byte[])[.. Pack.Hex(at.Header), .. Enumerable.Repeat((byte)'a', at.Length)]));
        Assert.That(new WireReader(bytes).ReadString(), Is.EqualTo(text));
        AssertIsSkipped(bytes);
    }

    [Test]
    public void A_string_is_counted_in_utf8_bytes()
    {
        var bytes = Pack.Bytes(static (ref writer) => writer.WriteText("aé€😀"));
        Assert.That(bytes, Is.EqualTo(Pack.Hex("aa 61 c3a9 e282ac f09f9880")));
        Assert.That(new WireReader(bytes).ReadString(), Is.EqualTo("aé€😀"));
    }

    [TestCaseSource(nameof(Binaries))]
    public void Binary_of_each_width_is_written_and_read_back((int Length, string Header) at)
    {
        var content = Enumerable.Repeat((byte)0xC1, at.Length).ToArray();
        var bytes = Pack.Bytes((ref writer) => writer.Write(content));
        Assert.That(bytes, Is.EqualTo((byte[])[.. Pack.Hex(at.Header), .. content]));
        Assert.That(new WireReader(bytes).ReadBinary().ToArray(), Is.EqualTo(content));
        AssertIsSkipped(bytes);
    }

    [TestCaseSource(nameof(Extensions))]
    public void An_extension_of_each_width_is_written_and_read_back((int Length, string Header) at)
    {
        var content = Enumerable.Repeat((byte)7, at.Length).ToArray();
        var bytes = Pack.Bytes((ref writer) => writer.WriteExtension(5, content));
        Assert.That(bytes, Is.EqualTo((byte[])[.. Pack.Hex(at.Header), .. content]));
        var reader = new WireReader(bytes);
        Assert.That(reader.PeekExtension(), Is.EqualTo(5));
        Assert.That(reader.ReadExtension(out var type).ToArray(), Is.EqualTo(content));
        Assert.That(type, Is.EqualTo(5));
        AssertIsSkipped(bytes);
    }

    [TestCaseSource(nameof(Arrays))]
    public void An_array_of_each_width_is_written_and_read_back((int Count, string Header) at)
    {
        var bytes = Pack.Bytes((ref writer) =>
        {
            writer.WriteArrayHeader(at.Count);
            for (var i = 0; i < at.Count; i++)
                writer.WriteNil();
        });
        Assert.That(bytes, Is.EqualTo((byte[])[.. Pack.Hex(at.Header), .. Enumerable.Repeat((byte)0xC0, at.Count)]));
        Assert.That(new WireReader(bytes).ReadArrayHeader(), Is.EqualTo(at.Count));
        AssertIsSkipped(bytes);
    }

    [TestCaseSource(nameof(Maps))]
    public void A_map_of_each_width_is_written_and_read_back((int Count, string Header) at)
    {
        var bytes = Pack.Bytes((ref writer) =>
        {
            writer.WriteMapHeader(at.Count);
            for (var i = 0; i < at.Count * 2; i++)
                writer.WriteNil();
        });
        Assert.That(bytes, Is.EqualTo((byte[])[.. Pack.Hex(at.Header), .. Enumerable.Repeat((byte)0xC0, at.Count * 2)]));
        Assert.That(new WireReader(bytes).ReadMapHeader(), Is.EqualTo(at.Count));
        AssertIsSkipped(bytes);
    }

    [TestCaseSource(nameof(Timestamps))]
    public void A_timestamp_takes_the_shortest_of_three_forms(string text, string hex)
    {
        var value = DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
        Assert.That(Pack.Bytes((ref writer) => writer.Write(value.UtcDateTime)), Is.EqualTo(Pack.Hex(hex)));
        Assert.That(new WireReader(Pack.Hex(hex)).ReadDateTimeOffset(), Is.EqualTo(value));
    }

    [Test]
    public void The_type_of_every_first_byte_is_known_and_one_is_never_used()
    {
        for (var code = 0; code <= byte.MaxValue; code++)
        {
            byte[] bytes = [(byte)code, .. new byte[16]];
            if (code == 0xC1)
                Assert.That(() => new WireReader(bytes).PeekType(), Throws.TypeOf<WireFormatException>());
            else
                Assert.That(() => new WireReader(bytes).PeekType(), Throws.Nothing);
        }
    }

    private static void AssertIsSkipped(byte[] bytes)
    {
        var reader = new WireReader(bytes);
        Assert.That(reader.ReadRaw().ToArray(), Is.EqualTo(bytes));
        Assert.That(reader.End, Is.True);
    }
}
