using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Text;
using System.Text.Json.Serialization;
using QCluster.Tests.Analyzers;
using QCluster.Wire.Values;

namespace QCluster.Tests.Wire;

public sealed class RoundTripRuleTests
{
    private static readonly object[] Lost =
    [
        new OrderId(4711), new OrderId?(new OrderId(1)), new[] { new OrderId(1) }, new List<OrderId> { new(1) }, new Dictionary<string, OrderId> { ["a"] = new(1) }, new object?[] { new OrderId(1) }, new Dictionary<string, object?> { ["a"] = new OrderId(1) },
        new Wrapped(new OrderId(1)), new Wrapped(new OrderId(1)) { Any = 1 }, new ReadOnlyCollection<int>([1]), new ReadOnlyDictionary<string, int>(new Dictionary<string, int> { ["a"] = 1 }), new ArraySegment<byte>([1, 2]), new Stack<int>([1, 2]), ImmutableStack.Create(1, 2),
        new Lazy<int>(1), ^1, 1..2, new Rune('a'), new StringBuilder("text"), new System.Numerics.Complex(1, 2), new Any(new OrderId(1)),
    ];

    private static readonly object[] Kept =
    [
        new Sum(1, 2), new[] { 1, 2 }.Where(n => n > 0), Enumerable.Range(1, 2), new[] { 3, 1 }.Order(), ImmutableArray.Create(1, 2), new KeyValuePair<string, int>("a", 1), (1, "two"), new List<(int, int)> { (1, 2) }, new Dictionary<DayOfWeek, (int, int)> { [DayOfWeek.Friday] = (1, 2) },
        (1, 2, 3, 4, 5, 6, 7, 8), new InTuple((1, "a")), new DateOnly(2026, 1, 1), Int128.MaxValue, (Half)1.5, new Uri("https://a.b"), new Memory<byte>([1]), new Anonymous(new { A = 1 }),
    ];

    private static IEnumerable<TestCaseData> Own => RoundTripTypes.Own.Select(t => new TestCaseData(t.Source, t.Travels).SetArgDisplayNames(t.Source, t.Travels.ToString()));

    private static IEnumerable<TestCaseData> Framework => RoundTripTypes.Framework.Select(t => new TestCaseData(t.Name, t.Travels));

    [TestCaseSource(nameof(Lost))]
    public void A_value_that_would_lose_data_is_refused_when_it_is_written(object value)
    {
        Assert.That(() => Pack.Object(value, typeof(object)), Throws.TypeOf<SerializationException>());
        Assert.That(() => Pack.Object(value, value.GetType()), Throws.TypeOf<SerializationException>());
    }

    [Test]
    public void The_message_names_the_member_and_says_what_to_do() => Assert.That(
        () => Pack.Of(new OrderId(1)),
        Throws.TypeOf<SerializationException>().With.Message.Contains("OrderId").And.Message.Contains("member Value").And.Message.Contains("[JsonConstructor]").And.Message.Contains("[JsonIgnore]"));

    [Test]
    public void A_value_that_would_lose_data_is_not_read_either() => Assert.That(() => Pack.Read<OrderId>(Pack.Hex("81a556616c756501")), Throws.TypeOf<SerializationException>().With.Message.Contains("member Value"));

    [TestCaseSource(nameof(Kept))]
    public void A_value_that_arrives_complete_is_written(object value) => Assert.That(() => Pack.Object(value, typeof(object)), Throws.Nothing);

    private static readonly object[] Alike =
    [
        (1, "b"), new List<(int, int)> { (1, 2) }, (1, 2, 3, 4, 5, 6, 7, 8, 9), new InTuple((1, "a")), KeyValuePair.Create("a", 1), new Dictionary<DayOfWeek, (int, int)> { [DayOfWeek.Friday] = (1, 2) }, new DateOnly(2026, 2, 28), Int128.MinValue, (Half)1.5,
        System.Numerics.BigInteger.Pow(2, 200), new Uri("https://a.b/c"), new byte[] { 1, 2 }, ImmutableArray.Create(1, 2), new Required { Name = "x", Day = new DateOnly(2026, 1, 1) }, new Init { A = 3 }, new Struct(1, "s"), new Sum(1, 2),
    ];

    [TestCaseSource(nameof(Alike))]
    public void A_written_value_is_read_unchanged(object value)
    {
        var again = Pack.Read(Pack.Object(value, value.GetType()), value.GetType());
        Assert.That(again, value is System.Collections.IEnumerable ? Is.EqualTo(value).AsCollection : Is.EqualTo(value));
    }

    [TestCaseSource(nameof(Own))]
    public async Task Library_and_analyzer_agree_on_types_of_users(string source, bool travels)
    {
        var project = new SourceProject(source, "public static class F { [TaskFunction(\"f\")] public static void Run(T value) { } }");
        var problem = new ValueSerializer().ProblemOf(project.Load().GetType("T")!);
        var said = await project.SaidAsync();
        Assert.Multiple(() =>
        {
            Assert.That(problem is null, Is.EqualTo(travels), problem);
            Assert.That(said.Any(d => d.Id == "QC001"), Is.EqualTo(!travels), () => string.Join('\n', said.AsEnumerable()));
        });
    }

    [TestCaseSource(nameof(Framework))]
    public async Task Library_and_analyzer_agree_on_types_of_the_framework(string name, bool travels)
    {
        var project = new SourceProject($"public static class F {{ [TaskFunction(\"f\")] public static void Run([Given] {name} value) {{ }} }} public sealed class GivenAttribute : Attribute;");
        var type = project.Load().GetType("F")!.GetMethod("Run")!.GetParameters()[0].ParameterType;
        var problem = new ValueSerializer().ProblemOf(type);
        var said = await project.SaidAsync();
        Assert.Multiple(() =>
        {
            Assert.That(problem is null, Is.EqualTo(travels), problem);
            if (!type.IsInterface || travels)
                Assert.That(said.Any(d => d.Id == "QC001"), Is.EqualTo(!travels), () => string.Join('\n', said.AsEnumerable()));
        });
    }

    [TestCase("82a17801a17902", Description = "{ x: 1, y: 2 }")]
    [TestCase("82a15801a15902", Description = "{ X: 1, Y: 2 }")]
    public void Members_are_found_in_any_case(string hex) => Assert.That(Pack.Read<Pt>(Pack.Hex(hex)), Is.EqualTo(new Pt(1, 2)));

    [TestCase("81a17801", "y", Description = "one is missing")]
    [TestCase("83a17801a17902a17a03", "'z'", Description = "one is unknown")]
    [TestCase("80", "y", Description = "none is there")]
    public void A_member_that_is_missing_or_unknown_is_an_error(string hex, string name) =>
        Assert.That(() => Pack.Read<Pt>(Pack.Hex(hex)), Throws.TypeOf<WireFormatException>().With.Message.Contains(name).IgnoreCase);

    [Test]
    public void A_defaulted_member_may_be_missing_but_null_is_refused()
    {
        Assert.That(Pack.Read<Defaulted>(Pack.Hex("81a14101")), Is.EqualTo(new Defaulted(1, 7)));
        Assert.That(() => Pack.Read<Named>(Pack.Hex("81a44e616d65c0")), Throws.TypeOf<WireFormatException>().With.Message.Contains("null"));
        Assert.That(Pack.Read<Tolerant>(Pack.Hex("82a14101a15a02")).A, Is.EqualTo(1), "a type may say that it skips what it does not know");
    }

    public readonly struct OrderId
    {
        public OrderId(int value) => Value = value;

        public int Value { get; }
    }

    public sealed record Wrapped(OrderId Id)
    {
        public object? Any { get; init; }
    }

    public sealed record Any(object Value);

    public sealed record Anonymous(object Value);

    public sealed record Sum(int A, int B)
    {
        public int Total => A + B;
    }

    public sealed record InTuple((int, string) Pair);

    public sealed record Pt(int X, int Y);

    public sealed record Required
    {
        public required string Name { get; init; }

        public DateOnly? Day { get; init; }
    }

    public sealed record Init
    {
        public int A { get; init; }
    }

    public record struct Struct(int A, string B);

    public sealed record Defaulted(int A, int B = 7);

    public sealed record Named(string Name);

    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
    public sealed record Tolerant(int A);
}
