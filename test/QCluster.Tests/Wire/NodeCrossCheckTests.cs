using System.Globalization;
using QCluster.Wire.Primitives;

namespace QCluster.Tests.Wire;

/// <summary>Checks the format against the implementation that JavaScript uses: npm's @msgpack/msgpack.</summary>
public sealed class NodeCrossCheckTests
{
    // -0.0 is an integer in JavaScript.
    private const string NegativeZero = "cb8000000000000000";

    private const string Remedy = "run 'npm install --prefix artifacts/npm @msgpack/msgpack@3.1' in the project's folder (tools/test.sh does so; node and npm come with 'apt-get install nodejs npm')";

    // The first answers are what JavaScript makes of each value we wrote, encoded again and shown as text; then come values of its own.
    private const string Script = """
        let msgpack;
        try {
          msgpack = require('@msgpack/msgpack');
        } catch (e) {
          process.exit(e.code === 'MODULE_NOT_FOUND' ? 42 : 1);
        }
        const { encode, decode, ExtensionCodec, decodeTimestampToTimeSpec, encodeTimeSpecToTimestamp } = msgpack;
        const out = [];
        function send(data) {
          const head = Buffer.alloc(4);
          head.writeInt32BE(data.length);
          out.push(head, Buffer.from(data));
        }
        class Time { constructor(spec) { this.spec = spec; } }
        const extensionCodec = new ExtensionCodec();
        extensionCodec.register({
          type: -1,
          encode: value => value instanceof Time ? encodeTimeSpecToTimestamp(value.spec) : null,
          decode: data => new Time(decodeTimestampToTimeSpec(data)),
        });
        const options = { extensionCodec, useBigInt64: true };
        function show(value) {
          if (value instanceof Time) return `time ${value.spec.sec} ${value.spec.nsec}`;
          if (typeof value === 'bigint' || typeof value === 'number') return String(value);
          return JSON.stringify(value, (_, v) => typeof v === 'bigint' ? String(v) : v);
        }

        const data = require('fs').readFileSync(0);
        for (let at = 0; at < data.length;) {
          const size = data.readInt32BE(at);
          const value = decode(data.subarray(at + 4, at + 4 + size), options);
          at += 4 + size;
          send(encode(value, options));
          send(Buffer.from(show(value)));
        }

        const range = n => Array.from({ length: n }, (_, i) => i);
        const map = n => Object.fromEntries(range(n).map(i => ['k' + i, i]));
        const own = [null, true, false, 0, 127, 128, 255, 256, 65535, 65536, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1, 2n ** 64n - 1n, 2n ** 63n - 1n, -1, -32, -33, -128, -129, -32768, -32769,
          -(2 ** 31), -(2 ** 31) - 1, -(2 ** 53) + 1, -(2n ** 63n), 0.5, 1e300, Infinity, '', 'a'.repeat(31), 'a'.repeat(32), 'a'.repeat(256), 'a'.repeat(65536), 'ž€😀', new Uint8Array(0), new Uint8Array(255),
          new Uint8Array(256), new Uint8Array(65536), [], range(15), range(16), range(65536), {}, map(15), map(16), map(65536), [[[{ a: [null, { b: 'c' }] }]]],
          new Date(0), new Date('2106-02-07T06:28:16Z'), new Date('2026-03-01T12:30:00.123Z'), new Date('1901-01-01T00:00:00.005Z'), new Date('9999-12-31T23:59:59.999Z')];
        for (const value of own) {
          send(encode(value, { useBigInt64: typeof value === 'bigint' }));
          send(Buffer.from(value instanceof Date ? value.toISOString() : show(value)));
        }
        send(encode({ Name: 'js', Readings: [[1, 2.5, new Date(0), 'ž'], [2, 3, new Date(1000), null]], Tags: ['a', null], Any: 5, ByName: { x: [3, -1, new Date(0)] } }));
        send(Buffer.from('batch'));
        process.stdout.write(Buffer.concat(out));
        """;

    private static string ModuleFolder => Path.Combine(WireFormatDocumentTests.Root(), "artifacts", "npm");

    [Test]
    public void Node_and_the_library_read_and_write_the_same_bytes()
    {
        var ours = PythonCrossCheckTests.Ours.Append(new Reading(7, 1.5, DateTime.UnixEpoch) { Note = "ž" }).Append(new Point { X = 1, Y = -70_000 }).Select(static value => Pack.Of(value));
        var times = PythonCrossCheckTests.OurTimes.Select(static time => Pack.Bytes((ref writer) => writer.Write(time.UtcDateTime)));
        var extensions = new[] { 0, 1, 2, 3, 4, 8, 16, 17, 256, 70_000 }.Select(static length => Pack.Bytes((ref writer) => writer.WriteExtension(5, new byte[length])));
        byte[][] written = [.. ours, .. times, .. extensions];
        Directory.CreateDirectory(ModuleFolder);
        var answers = PeerProcess.Converse("node", ["-e", Script], ModuleFolder, Remedy, written);

        for (var i = 0; i < written.Length; i++)
            Assert.That(Convert.ToHexStringLower(answers[i].Bytes), Is.EqualTo(Convert.ToHexStringLower(written[i]) is NegativeZero ? "00" : Convert.ToHexStringLower(written[i])), $"value {i}, which Node sees as {answers[i].Text}");
        Assert.That(answers[13].Text, Is.EqualTo("18446744073709551615"));
        Assert.That(answers[23].Text, Is.EqualTo("-9223372036854775808"));
        Assert.That(answers[33].Text, Is.EqualTo("\"ž€😀\""));
        Assert.That(answers[41].Text, Is.EqualTo("""{"a":[null,"b"],"c":{}}"""));
        Assert.That(answers[44].Text, Is.EqualTo("[1,-70000]"));
        Assert.That(answers[45 + 2].Text, Is.EqualTo("time 0 100"));
        Assert.That(answers[45 + 3].Text, Is.EqualTo("time -1 999999900"));

        var own = answers[written.Length..^1];
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

        var batch = Pack.Read<Batch>(answers[^1].Bytes);
        Assert.That((batch.Name, batch.Tags.Length), Is.EqualTo(("js", 2)));
        Assert.That(batch.Readings, Is.EqualTo((Reading[])[new(1, 2.5, DateTime.UnixEpoch) { Note = "ž" }, new(2, 3, DateTime.UnixEpoch.AddSeconds(1))]));
        Assert.That(batch.ByName!["x"], Is.EqualTo(new Reading(3, -1, DateTime.UnixEpoch)));
    }
}
