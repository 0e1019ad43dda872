using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;
using QCluster.Wire.Primitives;
using QCluster.Wire.Values;

namespace QCluster.Tests.Wire;

public sealed class ValueSerializerTests
{
    private static readonly Order SampleOrder = new(7, "Žofie", 12.50m, new DateTimeOffset(2026, 3, 1, 12, 30, 0, TimeSpan.FromHours(5.5)), [new("tea", 2, 1.10m), new("cup", 1, null)]) { Note = "quote \" \u0001 end" };

    private static readonly object[] Values =
    [
        true, (byte)255, (sbyte)-128, (short)-30000, (ushort)65535, int.MinValue, uint.MaxValue, long.MinValue, ulong.MaxValue, 1.5f, 0.1, "text", 'ž', 12.50m, decimal.MaxValue,
        decimal.MinValue, 0.0000000000000000000000000001m, 79228162514264337593543950335m, 1.0m, 0m, -0.00m, BigInteger.Pow(7, 300), BigInteger.MinusOne, Guid.Parse("0123456789abcdef0123456789abcdef"), TimeSpan.MinValue, TimeSpan.MaxValue, TimeSpan.FromTicks(1),
        DateOnly.MaxValue, TimeOnly.MaxValue, new Uri("https://example.org/a?b=č"), new Uri("relative/path", UriKind.Relative), Colour.Blue, Size.Large, Huge.Most,
        Int128.MaxValue, UInt128.MaxValue, Half.MaxValue, new Version(1, 2, 3), new[] { 1, -2, 3 }, new[] { "a", null, "" }, new[] { 1.5, double.NaN, double.NegativeInfinity },
        new List<long> { long.MaxValue }, new byte[] { 0, 1, 255 }, new[] { new byte[] { 1 }, [] }, new int?[] { 1, null }, new[] { Colour.Red }, new Dictionary<string, int> { ["a"] = 1 },
        new Dictionary<int, string> { [5] = "five" }, new List<Dictionary<string, List<int>>> { new() { ["x"] = [1, 2] } }, new[,] { { 1 } }.Length, (1, "two", 3.5), (1, 2, 3, 4, 5, 6, 7, 8, 9),
        Tuple.Create(1, "b"), new HashSet<int> { 1, 2 }, SampleOrder, float.NaN, double.PositiveInfinity, -0.0, float.Epsilon, double.Epsilon, double.MaxValue,
    ];

    private static readonly object[][] Tolerated =
    [
        ["03", typeof(double), 3.0], ["03", typeof(float), 3f], ["03", typeof(decimal), 3m], ["cb4008000000000000", typeof(int), 3], ["cb4008000000000000", typeof(ulong), 3UL], ["ca40400000", typeof(byte), (byte)3],
        ["cb3fb999999999999a", typeof(float), 0.1f], ["cb3fb999999999999a", typeof(decimal), 0.1m], ["d6ff00000001", typeof(DateTime), DateTime.UnixEpoch.AddSeconds(1)],
        ["d6ff00000001", typeof(DateTimeOffset), DateTimeOffset.UnixEpoch.AddSeconds(1)], ["c41000112233445566778899aabbccddeeff", typeof(Guid), Guid.Parse("00112233445566778899aabbccddeeff")],
        ["d92030303131323233333434353536363737383839396161626263636464656566 66", typeof(Guid), Guid.Parse("00112233445566778899aabbccddeeff")], ["a441514944", typeof(byte[]), new byte[] { 1, 2, 3 }],
        ["d40135", typeof(int), 5], ["c70301352e30", typeof(int), 5], ["c70301312e35", typeof(double), 1.5], ["c7140132303030303030303030303030303030303030302e", typeof(string), null!],
    ];

    private static readonly object[][] Refused =
    [
        ["cb400c000000000000", typeof(int), "3.5"], ["cd012c", typeof(byte), "300"], ["ff", typeof(uint), "-1"], ["ff", typeof(ulong), "-1"], ["cfffffffffffffffff", typeof(long), "18446744073709551615"],
        ["cb7ff8000000000000", typeof(int), "NaN"], ["cb43f0000000000000", typeof(ulong), "1.8446744073709552E+19"], ["cb43e0000000000000", typeof(long), "9.223372036854776"], ["cf0020000000000001", typeof(double), "9007199254740993"],
        ["cb7fefffffffffffff", typeof(float), "1.797"], ["cb7fefffffffffffff", typeof(decimal), "1.797"], ["cb7fefffffffffffff", typeof(long), "1.797"], ["a161", typeof(int), "string"], ["a3616263", typeof(Guid), "abc"], ["a3616263", typeof(DateTime), "abc"],
        ["a3616263", typeof(TimeSpan), "abc"], ["a3616263", typeof(char), "abc"], ["a3616263", typeof(byte[]), "base64"], ["c4020102", typeof(Guid), "2 bytes"], ["c0", typeof(int), "nil"], ["91a161", typeof(int[]), "string"],
        ["d40141", typeof(decimal), "number"], ["d40241", typeof(object), "unknown type 2"], ["8101", typeof(Order), "begins a map"], ["90", typeof(Order), "Order"], ["c0", typeof(OnlyNumbers), "OnlyNumbers"],
    ];

    public record struct OnlyNumbers(int X);

    [TestCaseSource(nameof(Values))]
    public void A_value_survives_as_its_own_type_and_declared_as_object(object value)
    {
        var bytes = Pack.Object(value, value.GetType());
        AssertSame(Pack.Read(bytes, value.GetType()), value);
        Assert.That(Pack.Object(value, typeof(object)), Is.EqualTo(bytes));
    }

    [TestCaseSource(nameof(Tolerated))]
    public void Values_written_in_other_languages_are_read(string hex, Type type, object? expected)
    {
        if (expected is null)
            Assert.That(() => Pack.Read(Pack.Hex(hex), type), Throws.TypeOf<WireFormatException>());
        else
            AssertSame(Pack.Read(Pack.Hex(hex), type), expected);
    }

    [TestCaseSource(nameof(Refused))]
    public void A_value_that_does_not_fit_is_refused_with_what_was_seen(string hex, Type type, string seen)
    {
        Assert.That(() => Pack.Read(Pack.Hex(hex), type), Throws.TypeOf<WireFormatException>().With.Message.Contains(seen));
    }

    [Test]
    public void A_date_keeps_its_offset_and_its_kind_inside_and_outside_of_objects()
    {
        var placed = new DateTimeOffset(2026, 3, 1, 12, 30, 0, TimeSpan.FromHours(-3.5)).AddTicks(1);
        Assert.That(Pack.RoundTrip(placed).EqualsExact(placed), Is.True);
        Assert.That(Pack.RoundTrip(SampleOrder with { Placed = placed }).Placed.EqualsExact(placed), Is.True);
        foreach (var kind in Enum.GetValues<DateTimeKind>())
        {
            var moment = new DateTime(2026, 3, 1, 12, 30, 0, 5, kind);
            Assert.That(Pack.RoundTrip(moment), Is.EqualTo(moment));
            Assert.That(Pack.RoundTrip(moment).Kind, Is.EqualTo(kind));
            Assert.That(Pack.RoundTrip(new { moment }).moment.Kind, Is.EqualTo(kind));
        }
    }

    [TestCase("1.10", TestName = "A decimal keeps its scale")]
    [TestCase("79228162514264337593543950335", TestName = "A decimal keeps all 29 digits")]
    [TestCase("0.1234567890123456789012345678", TestName = "A decimal keeps all 28 places")]
    public void A_decimal_is_exact_everywhere(string text)
    {
        var value = decimal.Parse(text, CultureInfo.InvariantCulture);
        Assert.That(Pack.RoundTrip(value).ToString(), Is.EqualTo(text));
        Assert.That(Pack.RoundTrip(new { value }).value.ToString(), Is.EqualTo(text));
        Assert.That(Pack.RoundTrip<object?[]>([value])[0]!.ToString(), Is.EqualTo(text));
        Assert.That(Pack.RoundTrip(new List<decimal?> { value, null })[0].ToString(), Is.EqualTo(text));
    }

    [Test]
    public void Every_kind_of_member_survives_inside_an_object()
    {
        var value = new Everything(
            [1, 2, 250], Guid.NewGuid(), TimeSpan.FromSeconds(1.5), DateTime.UnixEpoch, DateOnly.MinValue, TimeOnly.MaxValue, new Uri("https://example.org/"), 'x', Colour.Blue, Size.Small, Int128.MinValue, (Half)1.5,
            double.NaN, float.NegativeInfinity, BigInteger.Pow(10, 40), null, (1, "one"), new object?[] { 1L, "two", 2.5, null, true });
        var again = Pack.RoundTrip(value);
        Assert.That(again.Blob, Is.EqualTo(value.Blob));
        Assert.That(again.Any, Is.EqualTo(value.Any));
        Assert.That(again with { Blob = value.Blob, Any = value.Any }, Is.EqualTo(value));
    }

    [Test]
    public void Binary_and_timestamps_from_elsewhere_fit_members_of_objects()
    {
        var bytes = Pack.Bytes(static (ref writer) =>
        {
            writer.WriteMapHeader(2);
            writer.WriteText("Blob");
            writer.Write((byte[])[1, 2, 3]);
            writer.WriteText("Moment");
            writer.Write(DateTime.UnixEpoch.AddTicks(1));
        });
        var read = Pack.Read<Attachment>(bytes);
        Assert.That(read.Blob, Is.EqualTo((byte[])[1, 2, 3]));
        Assert.That(read.Moment, Is.EqualTo(DateTimeOffset.UnixEpoch.AddTicks(1)));
    }

    [Test]
    public void A_derived_type_is_recognised_by_a_mark_in_any_position()
    {
        Assert.That(Pack.RoundTrip<Shape>(new Circle(2.5)), Is.EqualTo(new Circle(2.5)));
        Assert.That(Pack.RoundTrip<Shape[]>([new Square(1), new Circle(2)]), Is.EqualTo((Shape[])[new Square(1), new Circle(2)]));
        var markLast = Pack.Of(new Dictionary<string, object?> { ["Radius"] = 3, ["$type"] = "circle" });
        Assert.That(Pack.Read<Shape>(markLast), Is.EqualTo(new Circle(3)));
    }

    [Test]
    public void An_enum_travels_as_json_would_write_it()
    {
        Assert.That(Pack.Of(Colour.Green), Is.EqualTo(Pack.Hex("01")));
        Assert.That(Pack.Of(Size.Large), Is.EqualTo(Pack.Hex("a54c61726765")));
        var names = new ValueSerializer(new JsonSerializerOptions { Converters = { new JsonStringEnumConverter() } });
        Assert.That(Pack.Of(Colour.Green, names), Is.EqualTo(Pack.Hex("a5477265656e")));
        Assert.That(Pack.RoundTrip(Colour.Blue, names), Is.EqualTo(Colour.Blue));
        Assert.That(Pack.RoundTrip<Colour?>(Colour.Blue), Is.EqualTo(Colour.Blue));
        Assert.That(Pack.RoundTrip<Colour?>(null), Is.Null);
        Assert.That(Pack.RoundTrip((Colour)99), Is.EqualTo((Colour)99));
    }

    [Test]
    public void A_custom_converter_precedes_the_direct_format()
    {
        var serializer = new ValueSerializer(new JsonSerializerOptions { Converters = { new ShoutingConverter() } });
        Assert.That(Pack.Untyped(Pack.Of("quiet", serializer)), Is.EqualTo("QUIET"));
        Assert.That(Pack.Untyped(Pack.Of<string[]>(["a"], serializer)), Is.EqualTo((object[])["A"]));
        Assert.That(Pack.Untyped(Pack.Of(5, serializer)), Is.EqualTo(5));
    }

    [Test]
    public void A_source_generated_context_shapes_the_value_and_other_types_still_work()
    {
        var serializer = new ValueSerializer(SampleContext.Default.Options);
        var map = (Dictionary<string, object?>)Pack.Untyped(Pack.Of(SampleOrder, serializer))!;
        Assert.That(map.Keys, Is.EquivalentTo((string[])["id", "customer", "total", "placed", "lines", "note"]));
        Assert.That(Pack.RoundTrip(SampleOrder, serializer), Is.EqualTo(SampleOrder));
        Assert.That(Pack.RoundTrip<Shape>(new Circle(1), serializer), Is.EqualTo(new Circle(1)));
    }

    [Test]
    public void An_untyped_value_is_read_as_the_nearest_dotnet_type()
    {
        object?[] value = [null, true, 5, ulong.MaxValue, 1.5, "text", new byte[] { 1 }, new object?[] { 1 }, new Dictionary<string, object?> { ["k"] = -1 }, 1.10m, BigInteger.Pow(2, 70)];
        object?[] expected = [null, true, 5L, ulong.MaxValue, 1.5, "text", new byte[] { 1 }, new object?[] { 1L }, new Dictionary<string, object?> { ["k"] = -1L }, 1.10m, BigInteger.Pow(2, 70)];
        var read = (object?[])Pack.Untyped(Pack.Of<object>(value))!;
        Assert.That(read, Is.EqualTo(expected));
        Assert.That(read.Select(static item => item?.GetType()), Is.EqualTo(expected.Select(static item => item?.GetType())));
        Assert.That(Pack.Untyped(Pack.Hex("d6ff00000001")), Is.EqualTo(DateTimeOffset.UnixEpoch.AddSeconds(1)));
        Assert.That(Pack.Untyped(Pack.Hex("84 05a161 c3a162 cb3ff8000000000000a163 cfffffffffffffffffa164")), Is.EqualTo(new Dictionary<string, object?> { ["5"] = "a", ["true"] = "b", ["1.5"] = "c", ["18446744073709551615"] = "d" }));
        Assert.That(static () => Pack.Untyped(Pack.Hex("8190a161")), Throws.TypeOf<WireFormatException>().With.Message.Contains("map's key"));
    }

    [Test]
    public void Json_elements_travel_as_the_values_they_hold()
    {
        using var document = JsonDocument.Parse("""{"a":[1,2.5,"x",null,true,1e400],"b":1.0,"c":-0,"e":""}""");
        var map = (Dictionary<string, object?>)Pack.Untyped(Pack.Of(JsonDocument.Parse("""{"a":[1,2.5,"x",null,true],"b":1.0}""").RootElement))!;
        Assert.That(map["a"], Is.EqualTo((object?[])[1L, 2.5, "x", null, true]));
        Assert.That(map["b"], Is.EqualTo(1.0m));
        Assert.That(Pack.RoundTrip(document.RootElement).GetRawText(), Is.EqualTo(document.RootElement.GetRawText()));
        Assert.That(Pack.Untyped(Pack.Of(JsonDocument.Parse("-0").RootElement)), Is.EqualTo(0.0).And.Matches<double>(double.IsNegative));
    }

    [Test]
    public void Null_survives_for_every_nullable_type()
    {
        Assert.That(Pack.RoundTrip<string?>(null), Is.Null);
        Assert.That(Pack.RoundTrip<int?>(null), Is.Null);
        Assert.That(Pack.RoundTrip<Order?>(null), Is.Null);
        Assert.That(Pack.RoundTrip<int[]?>(null), Is.Null);
        Assert.That(Pack.RoundTrip<object?>(null), Is.Null);
        Assert.That(Pack.RoundTrip<Dictionary<string, object?>?>(null), Is.Null);
        Assert.That(Pack.Read(Pack.Hex("c0"), typeof(byte[])), Is.Null);
    }

    [Test]
    public void A_value_without_meaning_in_another_process_is_refused()
    {
        using var stream = new MemoryStream();
        (object Value, string Why)[] refused =
        [
            (() => 5, "Register a function"), (typeof(int), "Send a name"), ((nint)5, "address"), (Task.FromResult(5), "Await it"), (ValueTask.FromResult(5), "Await it"), (stream, "byte[] or a path"),
            (new CancellationToken(canceled: true), "given its own"), (Thread.CurrentThread, "thread"), (typeof(string).GetMethods()[0], "Send a name"), (new StringReader(""), "text or a path"),
            (Enumerate(), "Await it"), (new OnlyFields { X = 1 }, "public fields"),
        ];
        foreach (var (value, why) in refused)
        {
            Assert.That(() => Pack.Object(value, typeof(object)), Throws.TypeOf<SerializationException>().With.Message.Contains(why), $"{value.GetType()}");
            Assert.That(() => Pack.Of(new { Inside = value }), Throws.TypeOf<SerializationException>().With.Message.Contains(why), $"{value.GetType()} inside an object");
            Assert.That(() => Pack.Of<object?[]>([value]), Throws.TypeOf<SerializationException>().With.Message.Contains(value.GetType().ToString()));
        }
    }

    [Test]
    public void A_cycle_or_too_deep_a_value_is_refused()
    {
        var node = new Node();
        node.Next = node;
        Assert.That(() => Pack.Of(node), Throws.TypeOf<SerializationException>().With.Message.Contains("contains itself"));
        var array = new object?[1];
        array[0] = array;
        Assert.That(() => Pack.Of(array), Throws.TypeOf<SerializationException>().With.Message.Contains("contains itself"));
        var map = new Dictionary<string, object?>();
        map["map"] = map;
        Assert.That(() => Pack.Of(map), Throws.TypeOf<SerializationException>().With.Message.Contains("contains itself"));
        Assert.That(static () => Pack.Of(Nested(60)), Throws.Nothing);
        Assert.That(static () => Pack.Of(Nested(61)), Throws.TypeOf<SerializationException>());
        Assert.That(static () => Pack.Of<object?[]>([Chain(59)]), Throws.Nothing);
        Assert.That(static () => Pack.Of<object?[]>([Chain(60)]), Throws.TypeOf<SerializationException>());
    }

    [Test]
    public void A_getter_that_throws_and_half_a_character_are_refused()
    {
        Assert.That(static () => Pack.Of(new Thrower()), Throws.TypeOf<SerializationException>().With.Message.Contains("no value today"));
        Assert.That(static () => Pack.Of("\ud800"), Throws.TypeOf<SerializationException>().With.Message.Contains("surrogate"));
        Assert.That(static () => Pack.Of(new { Text = "a\ud800b" }), Throws.TypeOf<SerializationException>().With.Message.Contains("surrogate"));
        Assert.That(static () => Pack.Of(new { Map = new Dictionary<string, int> { ["\udc00"] = 1 } }), Throws.TypeOf<SerializationException>());
        Assert.That(Pack.RoundTrip(new { Text = "a😀b" }).Text, Is.EqualTo("a😀b"));
        Assert.That(static () => Pack.Of('\udfff'), Throws.TypeOf<SerializationException>());
    }

    [Test]
    public void A_constructor_that_throws_makes_a_format_error() =>
        Assert.That(static () => Pack.Read<Positive>(Pack.Of(new { Value = -5 })), Throws.TypeOf<WireFormatException>().With.Message.Contains("non-negative"));

    [Test]
    public void A_type_that_cannot_be_read_is_named() =>
        Assert.That(static () => Pack.Read<IDisposable>(Pack.Hex("80")), Throws.TypeOf<SerializationException>().With.Message.Contains("IDisposable"));

    [Test]
    public void A_value_of_another_type_than_declared_is_refused() =>
        Assert.That(static () => Pack.Object("text", typeof(int)), Throws.TypeOf<SerializationException>().With.Message.Contains("System.Int32"));

    [Test]
    public void Writing_inside_a_converter_does_not_disturb_the_outer_write()
    {
        var serializer = new ValueSerializer(new JsonSerializerOptions { Converters = { new NestingConverter() } });
        Assert.That(Pack.RoundTrip(new { A = new Version(1, 2), B = "b" }, serializer), Is.EqualTo(new { A = new Version(1, 2), B = "b" }));
    }

    [Test]
    public void Many_threads_may_share_a_serializer()
    {
        var serializer = new ValueSerializer();
        Parallel.For(0, 2000, _ => Assert.That(Pack.RoundTrip(SampleOrder, serializer), Is.EqualTo(SampleOrder)));
    }

    private static object?[] Nested(int levels) => levels == 1 ? [] : [Nested(levels - 1)];

    private static Node Chain(int levels) => new() { Next = levels == 1 ? null : Chain(levels - 1) };

    private static async IAsyncEnumerable<int> Enumerate()
    {
        await Task.Yield();
        yield return 1;
    }

    private static void AssertSame(object? actual, object expected)
    {
        Assert.That(actual, Is.EqualTo(expected));
        Assert.That(actual, Is.TypeOf(expected.GetType()));
        if (expected is decimal)
            Assert.That(actual!.ToString(), Is.EqualTo(expected.ToString()));
    }

    public sealed record Attachment(byte[] Blob, DateTimeOffset Moment);

    public sealed class Thrower
    {
        public int Value => throw new FormatException("no value today");
    }

    public sealed class Positive
    {
        public Positive(int value)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            Value = value;
        }

        public int Value { get; }
    }

    private sealed class ShoutingConverter : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToUpperInvariant());
    }

    private sealed class NestingConverter : JsonConverter<Version>
    {
        public override Version Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(Pack.Read<Order>(reader.GetBytesFromBase64()).Customer);

        public override void Write(Utf8JsonWriter writer, Version value, JsonSerializerOptions options) =>
            writer.WriteBase64StringValue(Pack.Of(SampleOrder with { Customer = value.ToString() }));
    }
}
