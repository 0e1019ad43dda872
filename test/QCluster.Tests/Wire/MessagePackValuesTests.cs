using System.Text.Json;
using System.Text.Json.Serialization;
using MessagePack;
using MessagePack.Resolvers;
using QCluster.Wire.Primitives;
using QCluster.Wire.Values;

namespace QCluster.Tests.Wire;

/// <summary>Types marked for MessagePack-CSharp as values: the package's bytes, within our limits and with our errors.</summary>
public sealed class MessagePackValuesTests
{
    private static readonly Reading Sample = new(7, 1.5, DateTime.UnixEpoch) { Note = "ž" };

    private static readonly Batch SampleBatch = new()
    {
        Name = "night",
        Readings = [Sample, Sample with { Sensor = 8, Note = null }],
        Tags = ["a", null],
        Any = "any",
        ByName = new Dictionary<string, Reading> { ["x"] = Sample },
    };

    private static readonly object[] Values =
    [
        Sample, new Point { X = 1, Y = -2 }, new Dog("Rex", 3), new[] { Sample }, new List<Reading> { Sample, Sample }, new Dictionary<string, Reading> { ["k"] = Sample },
        new Dictionary<string, List<Point>> { ["p"] = [new Point { X = 5 }] }, (Sample, 5), new[] { new[] { Sample } }, new Dictionary<int, Dog> { [5] = new("Rex", 1) },
    ];

    [TestCaseSource(nameof(Values))]
    public void A_marked_value_is_written_as_the_package_writes_it_and_read_back(object value)
    {
        var bytes = Pack.Object(value, value.GetType());
        Assert.That(bytes, Is.EqualTo(MessagePackSerializer.Serialize(value.GetType(), value)));
        Assert.That(Pack.Object(value, typeof(object)), Is.EqualTo(bytes));
        Assert.That(Pack.Read(bytes, value.GetType()), Is.EqualTo(value));
    }

    [Test]
    public void The_contract_decides_between_array_and_map()
    {
        Assert.That(Pack.Of(Sample), Is.EqualTo(Pack.Hex("94 07 cb3ff8000000000000 d6ff00000000 a2c5be")));
        Assert.That(((Dictionary<string, object?>)Pack.Untyped(Pack.Of(SampleBatch))!).Keys, Is.EquivalentTo((string[])["Name", "Readings", "Tags", "Any", "ByName"]));
        var again = Pack.RoundTrip(SampleBatch);
        Assert.That((again.Name, again.Any), Is.EqualTo(("night", (object)"any")));
        Assert.That(again.Readings, Is.EqualTo(SampleBatch.Readings));
        Assert.That(again.Tags, Is.EqualTo(SampleBatch.Tags));
        Assert.That(again.ByName, Is.EqualTo(SampleBatch.ByName));
    }

    [Test]
    public void A_value_read_without_a_type_has_plain_types() =>
        Assert.That(Pack.Untyped(Pack.Of(Sample)), Is.EqualTo((object?[])[7L, 1.5, new DateTimeOffset(DateTime.UnixEpoch), "ž"]));

    [Test]
    public void A_declared_union_carries_its_mark_in_any_position()
    {
        Assert.That(Pack.RoundTrip<IAnimal>(new Dog("Rex", 3)), Is.EqualTo(new Dog("Rex", 3)));
        Assert.That(Pack.RoundTrip<IAnimal[]>([new Dog("Rex", 3), new Cat("Tom")]), Is.EqualTo((IAnimal[])[new Dog("Rex", 3), new Cat("Tom")]));
        Assert.That(Pack.Of<IAnimal>(new Cat("Tom")), Is.EqualTo(Pack.Hex("92 01 91 a3546f6d")));
    }

    [Test]
    public void An_argument_with_a_declared_base_type_carries_its_mark()
    {
        Assert.That(Pack.Of<object?[]>([TaskArgument.As<IAnimal>(new Cat("Tom"))]), Is.EqualTo(Pack.Hex("91 92 01 91 a3546f6d")));
        Assert.That(Pack.Of<object?[]>([new Cat("Tom")]), Is.EqualTo(Pack.Hex("91 91 a3546f6d")));
        Assert.That(Pack.Read<Shape[]>(Pack.Of<object?[]>([TaskArgument.As<Shape>(new Circle(2))])), Is.EqualTo((Shape[])[new Circle(2)]));
        Assert.That(Pack.Untyped(Pack.Object(TaskArgument.As<IAnimal?>(null), typeof(object))), Is.Null);
    }

    [Test]
    public void Null_is_nil_and_a_nullable_struct_may_be_null()
    {
        Assert.That(Pack.RoundTrip<Reading?>(null), Is.Null);
        Assert.That(Pack.RoundTrip<Point?>(null), Is.Null);
        Assert.That(Pack.RoundTrip<Point?>(new Point { X = 3 }), Is.EqualTo(new Point { X = 3 }));
        Assert.That(static () => Pack.Read<Point>(Pack.Hex("c0")), Throws.TypeOf<WireFormatException>());
    }

    [Test]
    public void Each_untyped_value_is_written_by_its_own_type()
    {
        var bytes = Pack.Of<object?[]>([Sample, new OrderLine("tea", 2, null), new Dictionary<string, object?> { ["p"] = new Point { X = 1 } }]);
        var reader = new WireReader(bytes);
        Assert.That(reader.ReadArrayHeader(), Is.EqualTo(3));
        Assert.That(Pack.Serializer.Read<Reading>(ref reader), Is.EqualTo(Sample));
        Assert.That(Pack.Serializer.Read<OrderLine>(ref reader), Is.EqualTo(new OrderLine("tea", 2, null)));
        Assert.That(Pack.Serializer.Read<Dictionary<string, Point>>(ref reader), Is.EqualTo(new Dictionary<string, Point> { ["p"] = new() { X = 1 } }));
    }

    [Test]
    public void The_json_contract_holds_inside_a_json_type()
    {
        var report = new Report("t", Sample, [Sample]);
        var map = (Dictionary<string, object?>)Pack.Untyped(Pack.Of(report))!;
        Assert.That(((Dictionary<string, object?>)map["Last"]!).Keys, Is.EquivalentTo((string[])["Sensor", "Value", "At", "Shown", "Note"]));
        var again = Pack.RoundTrip(report);
        Assert.That((again.Title, again.Last), Is.EqualTo(("t", Sample)));
        Assert.That(again.All, Is.EqualTo(report.All));
    }

    [Test]
    public void A_custom_json_converter_precedes_the_marks()
    {
        var serializer = new ValueSerializer(new JsonSerializerOptions { Converters = { new ReadingConverter() } });
        Assert.That(Pack.Untyped(Pack.Of(Sample, serializer)), Is.EqualTo("reading 7"));
        Assert.That(Pack.Untyped(Pack.Of<List<Reading>>([Sample], serializer)), Is.EqualTo((object[])["reading 7"]));
    }

    [Test]
    public void A_custom_resolver_is_used_and_its_absence_names_the_type()
    {
        var serializer = new ValueSerializer(null, OrderLineResolver.Options);
        var bytes = Pack.Of(new Parcel(new OrderLine("tea", 2, null)), serializer);
        Assert.That(bytes, Is.EqualTo(Pack.Hex("91 92 a3746561 02")));
        Assert.That(Pack.Read<Parcel>(bytes, serializer).Line.Product, Is.EqualTo("tea"));
        Assert.That(static () => Pack.Of(new Parcel(new OrderLine("tea", 2, null))), Throws.TypeOf<SerializationException>().With.Message.Contains("OrderLine is not registered").And.Message.Contains("QClusterOptions.MessagePack"));
        Assert.That(() => Pack.Read<Parcel>(bytes), Throws.TypeOf<SerializationException>().With.Message.Contains("OrderLine is not registered"));
    }

    [Test]
    public void An_impossible_contract_is_an_error_that_names_its_type()
    {
        Assert.That(static () => Pack.Of(new Unkeyed()), Throws.TypeOf<SerializationException>().With.Message.Contains("Unkeyed").And.Message.Contains("KeyAttribute"));
        Assert.That(static () => Pack.Read<Unkeyed>(Pack.Hex("90")), Throws.TypeOf<SerializationException>().With.Message.Contains("KeyAttribute"));
    }

    [Test]
    public void A_type_that_is_not_public_needs_a_resolver_for_private_types()
    {
        var serializer = new ValueSerializer(null, StandardResolverAllowPrivate.Options);
        Assert.That(Pack.RoundTrip(new Hidden { X = 5 }, serializer).X, Is.EqualTo(5));
        Assert.That(static () => Pack.Of(new Hidden { X = 5 }), Throws.TypeOf<SerializationException>().With.Message.Contains("StandardResolverAllowPrivate"));
    }

    [TestCase("c1", "0xC1", TestName = "No MessagePack at all")]
    [TestCase("94 07 cb", "needs more than", TestName = "Cut off")]
    [TestCase("ddffffffff", "needs more than", TestName = "An array of 4294967295 items that are not there")]
    [TestCase("df3b9aca00 00", "needs more than", TestName = "A map of 1000000000 entries that are not there")]
    [TestCase("81 a1 61 01", "cannot be read as QCluster.Tests.Wire.Reading", TestName = "A map for an array")]
    [TestCase("93 a161 01 d6ff00000000", "near offset", TestName = "Text for a number")]
    [TestCase("93 cf8000000000000000 01 d6ff00000000", "cannot be read as", TestName = "A number too large")]
    [TestCase("94 07 01 d6ff00000000 a1ff", "not valid UTF-8", TestName = "Text that is not UTF-8")]
    [TestCase("94 07 01 d6ff00000000 d40500", "extension of type 5", TestName = "An extension that is not of the format")]
    [TestCase("95 07 01 d6ff00000000 c0 a1ff", "not valid UTF-8", TestName = "Bad text in an item that is passed over")]
    public void Bytes_that_do_not_fit_are_refused(string hex, string reason) =>
        Assert.That(() => Pack.Read<Reading>(Pack.Hex(hex)), Throws.TypeOf<WireFormatException>().With.Message.Contains(reason));

    [Test]
    public void A_missing_or_new_member_is_no_error_as_in_the_package()
    {
        Assert.That(Pack.Read<Reading>(Pack.Hex("93 07 01 d6ff00000000")), Is.EqualTo(new Reading(7, 1, DateTime.UnixEpoch)));
        Assert.That(Pack.Read<Reading>(Pack.Hex("95 07 01 d6ff00000000 c0 91c3")), Is.EqualTo(new Reading(7, 1, DateTime.UnixEpoch)));
    }

    [Test]
    public void Half_a_surrogate_pair_is_refused_in_any_position()
    {
        Assert.That(static () => Pack.Of(Sample with { Note = "\ud800" }), Throws.TypeOf<SerializationException>().With.Message.Contains("half of a surrogate pair"));
        Assert.That(static () => Pack.Of(new Batch { Tags = ["\ud800"] }), Throws.TypeOf<SerializationException>().With.Message.Contains("half of a surrogate pair"));
        Assert.That(static () => Pack.Of(new Batch { Any = "\ud800" }), Throws.TypeOf<SerializationException>().With.Message.Contains("half of a surrogate pair"));
    }

    [Test]
    public void A_cycle_or_too_deep_a_value_is_refused_when_it_is_written()
    {
        var link = new Link();
        link.Next = link;
        Assert.That(() => Pack.Of(link), Throws.TypeOf<SerializationException>().With.Message.Contains("contains itself"));
        var links = new Links();
        links.Others.Add(links);
        Assert.That(() => Pack.Of(links), Throws.TypeOf<SerializationException>().With.Message.Contains("contains itself"));
        Assert.That(static () => Pack.Of(Chain(60)), Throws.Nothing);
        Assert.That(static () => Pack.Of(Chain(61)), Throws.TypeOf<SerializationException>().With.Message.Contains("deeper than the 60"));
        Assert.That(static () => Pack.Of<object?[]>([Chain(59)]), Throws.Nothing);
        Assert.That(static () => Pack.Of<object?[]>([Chain(60)]), Throws.TypeOf<SerializationException>());
    }

    [Test]
    public void Too_deep_bytes_are_refused_when_they_are_read()
    {
        byte[] deep = [.. Enumerable.Repeat((byte)0x91, 65), 0xC0];
        Assert.That(() => Pack.Read<Link>(deep), Throws.TypeOf<WireFormatException>().With.Message.Contains("deeper than the 64"));
    }

    [TestCase("", "a value is wanted", TestName = "Nothing")]
    [TestCase("01 02", "more than one value", TestName = "Two values")]
    [TestCase("92 01", "needs more than", TestName = "Half a value")]
    [TestCase("d40200", "extension of type 2", TestName = "The placeholder of a chain")]
    [TestCase("c70164 00", "extension of type 100", TestName = "A type in an extension of the package")]
    public void A_formatter_that_writes_invalid_bytes_fails_when_it_writes(string hex, string reason) =>
        Assert.That(() => Pack.Of(new Odd(Pack.Hex(hex))), Throws.TypeOf<SerializationException>().With.Message.Contains(reason));

    [Test]
    public void A_formatter_that_leaves_bytes_unread_is_a_wire_error() =>
        Assert.That(static () => Pack.Read<Odd>(Pack.Hex("92 01 02")), Throws.TypeOf<WireFormatException>().With.Message.Contains("leaves 1 of 3 bytes"));

    [Test]
    public void Hash_collisions_are_resisted_with_any_options()
    {
        var trusting = new ValueSerializer(null, MessagePackSerializerOptions.Standard.WithSecurity(MessagePackSecurity.TrustedData));
        var bytes = MessagePackSerializer.Serialize(new Dictionary<Dog, int> { [new("Rex", 1)] = 1 });
        Assert.That(() => Pack.Read<Dictionary<Dog, int>>(bytes, trusting), Throws.TypeOf<SerializationException>().With.Message.Contains("hash-resistant"));
    }

    [Test]
    public void Options_that_others_could_not_read_are_refused_by_name()
    {
        Assert.That(static () => new QClusterOptions { MessagePack = MessagePackSerializerOptions.Standard.WithCompression(MessagePackCompression.Lz4Block) }.Validate(), Throws.TypeOf<InvalidSettingException>().With.Message.Contains("Lz4Block"));
        Assert.That(static () => new QClusterOptions { MessagePack = MessagePackSerializerOptions.Standard.WithOldSpec() }.Validate(), Throws.TypeOf<InvalidSettingException>().With.Message.Contains("OldSpec"));
        Assert.That(static () => new QClusterOptions { MessagePack = ContractlessStandardResolver.Options }.Validate(), Throws.Nothing);
    }

    [Test]
    public void A_huge_array_header_allocates_no_more_than_its_bytes_allow()
    {
        byte[] bytes = [0xDD, 0, 0x0F, 0x42, 0x40, .. Enumerable.Repeat((byte)0xDD, 1000)];
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(() => Pack.Read<Reading[]>(bytes), Throws.TypeOf<WireFormatException>());
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(100_000));
    }

    private static Link? Chain(int levels) => levels == 0 ? null : new Link { Next = Chain(levels - 1) };

    [MessagePackObject]
    internal sealed class Hidden
    {
        [Key(0)]
        public int X { get; set; }
    }

    private sealed class ReadingConverter : JsonConverter<Reading>
    {
        public override Reading? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new JsonException("It is only written.");

        public override void Write(Utf8JsonWriter writer, Reading value, JsonSerializerOptions options) => writer.WriteStringValue($"reading {value.Sensor}");
    }
}
