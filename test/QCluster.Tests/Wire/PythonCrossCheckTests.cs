using System.Globalization;
using QCluster.Wire.Primitives;

namespace QCluster.Tests.Wire;

/// <summary>Checks the format against another implementation: python3-msgpack.</summary>
public sealed class PythonCrossCheckTests
{
    // The first answers are what Python makes of each value we wrote, encoded again and shown as text; then come values of Python's own.
    private const string Script = """
        import datetime, struct, sys
        try:
            import msgpack
        except ImportError:
            sys.exit(42)

        def send(data):
            sys.stdout.buffer.write(struct.pack('>I', len(data)) + data)

        data, at = sys.stdin.buffer.read(), 0
        while at < len(data):
            size = struct.unpack_from('>I', data, at)[0]
            frame = data[at + 4:at + 4 + size]
            at += 4 + size
            value = msgpack.unpackb(frame, strict_map_key=False)
            send(msgpack.packb(value))
            send(repr(value).encode())

        utc = datetime.timezone.utc
        own = [None, True, False, 0, 127, 128, 255, 256, 65535, 65536, 2**32 - 1, 2**32, 2**63 - 1, 2**64 - 1, -1, -32, -33, -128, -129,
               -32768, -32769, -2**31, -2**31 - 1, -2**63, 0.0, -0.0, 1.5, 1e300, float('inf'), '', 'a' * 31, 'a' * 32, 'a' * 256, 'a' * 65536,
               'ž€😀', b'', b'x' * 255, b'x' * 256, b'x' * 65536, [], list(range(15)), list(range(16)), list(range(65536)), {},
               {str(i): i for i in range(15)}, {str(i): i for i in range(16)}, {str(i): i for i in range(65536)}, [[[{'a': [None, {'b': b'c'}]}]]],
               datetime.datetime(1970, 1, 1, tzinfo=utc), datetime.datetime(2106, 2, 7, 6, 28, 16, tzinfo=utc),
               datetime.datetime(2026, 3, 1, 12, 30, 0, 123456, tzinfo=utc), datetime.datetime(1901, 1, 1, 0, 0, 0, 5, tzinfo=utc),
               datetime.datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=utc)]
        for value in own:
            send(msgpack.packb(value, datetime=True))
            send((value.isoformat() if isinstance(value, datetime.datetime) else repr(value)).encode())
        """;

    public static readonly object?[] Ours =
    [
        null, true, false, 0L, 127L, 128L, 255L, 256L, 65535L, 65536L, (long)uint.MaxValue, uint.MaxValue + 1L, long.MaxValue, ulong.MaxValue, -1L, -32L, -33L, -128L, -129L, -32768L, -32769L,
        (long)int.MinValue, int.MinValue - 1L, long.MinValue, 0.5, -0.0, 1e300, double.PositiveInfinity, "", new string('a', 31), new string('a', 32), new string('a', 256), new string('a', 70_000),
        "ž€😀", Array.Empty<byte>(), new byte[255], new byte[256], new byte[70_000], Array.Empty<object?>(), Enumerable.Range(0, 15).Select(static i => (object?)(long)i).ToArray(),
        Enumerable.Range(0, 70_000).Select(static i => (object?)(long)i).ToArray(), new Dictionary<string, object?> { ["a"] = new object?[] { null, "b" }, ["c"] = new Dictionary<string, object?>() },
        Enumerable.Range(0, 20).ToDictionary(static i => $"{i}", static i => (object?)(long)i),
    ];

    public static readonly DateTimeOffset[] OurTimes =
    [
        DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddSeconds(uint.MaxValue + 1L), DateTimeOffset.UnixEpoch.AddTicks(1), DateTimeOffset.UnixEpoch.AddTicks(-1), DateTimeOffset.MinValue, DateTimeOffset.MaxValue,
        DateTimeOffset.UnixEpoch.AddSeconds((1L << 34) - 1), DateTimeOffset.UnixEpoch.AddSeconds(1L << 34),
    ];

    [Test]
    public void Python_and_the_library_read_and_write_the_same_bytes()
    {
        var extensions = new[] { 0, 1, 2, 3, 4, 8, 16, 17, 256, 70_000 }.Select(static length => Pack.Bytes((ref writer) => writer.WriteExtension(5, new byte[length])));
        byte[][] written = [.. Ours.Select(static value => Pack.Of(value)), .. OurTimes.Select(static time => Pack.Bytes((ref writer) => writer.Write(time.UtcDateTime))), .. extensions];
        var answers = PeerProcess.Converse("/usr/bin/python3", ["-c", Script], folder: null, "install it with 'apt-get install python3 python3-msgpack'", written);

        for (var i = 0; i < written.Length; i++)
            Assert.That(answers[i].Bytes, Is.EqualTo(written[i]), $"value {i}, which Python sees as {answers[i].Text}");
        Assert.That(answers[1].Text, Is.EqualTo("True"));
        Assert.That(answers[13].Text, Is.EqualTo("18446744073709551615"));
        Assert.That(answers[23].Text, Is.EqualTo("-9223372036854775808"));
        Assert.That(answers[24].Text, Is.EqualTo("0.5"));
        Assert.That(answers[33].Text, Is.EqualTo("'ž€😀'"));
        Assert.That(answers[41].Text, Is.EqualTo("{'a': [None, 'b'], 'c': {}}"));
        Assert.That(answers[Ours.Length + 2].Text, Is.EqualTo("Timestamp(seconds=0, nanoseconds=100)"));
        Assert.That(answers[Ours.Length + 3].Text, Is.EqualTo("Timestamp(seconds=-1, nanoseconds=999999900)"));

        var own = answers[written.Length..];
        Assert.That(own, Has.Length.EqualTo(53));
        foreach (var (bytes, text) in own)
        {
            var value = Pack.Untyped(bytes);
            if (value is DateTimeOffset time)
            {
                Assert.That(time, Is.EqualTo(DateTimeOffset.Parse(text, CultureInfo.InvariantCulture)));
                Assert.That(Pack.Bytes((ref writer) => writer.Write(time.UtcDateTime)), Is.EqualTo(bytes));
            }
            else
            {
                Assert.That(Pack.Of(value), Is.EqualTo(bytes), text[..Math.Min(text.Length, 100)]);
                if (value is long or ulong)
                    Assert.That(value.ToString(), Is.EqualTo(text));
            }
        }
    }
}
