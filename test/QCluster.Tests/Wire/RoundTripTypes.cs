namespace QCluster.Tests.Wire;

/// <summary>Declarations of a type T, and whether its values make the way there and back.</summary>
internal static class RoundTripTypes
{
    public static readonly (string Source, bool Travels)[] Own =
    [
        ("public readonly struct T { public T(int value) => Value = value; public int Value { get; } }", false),
        ("public readonly struct T { [JsonConstructor] public T(int value) => Value = value; public int Value { get; } }", true),
        ("public readonly struct T { private readonly int _value; public T(int value) => _value = value; public int Value => _value; }", false),
        ("public readonly struct T { private readonly int _value; public T(int value) { _value = value; } public int Value { get { return _value; } } }", false),
        ("public readonly record struct T(int Value);", true),
        ("public record struct T(int Value);", true),
        ("public struct T { public int Value { get; init; } }", true),
        ("public struct T { public int Value { get; private set; } }", false),
        ("public struct T { [JsonInclude] public int Value { get; private set; } }", true),
        ("public sealed class T { public T(int value) => Value = value; public int Value { get; } }", true),
        ("public sealed class T { public T(int number) => Value = number; public int Value { get; } }", false),
        ("public sealed class T { public T(long value) => Value = (int)value; public int Value { get; } }", false),
        ("public sealed class T { public T() { } public T(int value) => Value = value; public int Value { get; } }", false),
        ("public sealed class T { public T(int value) => Value = value; public T(string text) => Value = text.Length; public int Value { get; } }", false),
        ("public sealed class T { [JsonConstructor] public T(int value) => Value = value; public T(string text) => Value = text.Length; public int Value { get; } }", true),
        ("public sealed class T { private T(int value) => Value = value; public int Value { get; } public static T Of(int n) => new(n); }", false),
        ("public sealed class T { [JsonConstructor] private T(int value) => Value = value; public int Value { get; } public static T Of(int n) => new(n); }", true),
        ("public sealed class T { public List<int> Items { get; } = []; }", false),
        ("public sealed class T { [JsonObjectCreationHandling(JsonObjectCreationHandling.Populate)] public List<int> Items { get; } = []; }", true),
        ("public sealed class T { private readonly List<int> _items = []; public IReadOnlyList<int> Items => _items; public void Add(int n) => _items.Add(n); }", false),
        ("public sealed record T(int A, int B) { public int Sum => A + B; }", true),
        ("public sealed record T(int A) { public DateTime Made { get; } = DateTime.Now; }", false),
        ("public sealed record T(int A) { [JsonIgnore] public DateTime Made { get; } = DateTime.Now; }", true),
        ("public sealed class T { public required string Name { get; set; } public string Upper => Name.ToUpperInvariant(); }", true),
        ("public sealed class T { public System.Collections.ObjectModel.ReadOnlyCollection<int> Items { get; set; } = null!; }", false),
        ("public sealed class T { public IReadOnlyList<int> Items { get; set; } = []; }", true),
        ("public sealed class T { public ArraySegment<byte> Bytes { get; set; } }", false),
        ("public readonly struct Inner { public Inner(int n) => N = n; public int N { get; } } public sealed class T { public List<Inner> Items { get; set; } = []; }", false),
        ("public readonly struct Inner { public Inner(int n) => N = n; public int N { get; } } public sealed class T { public Dictionary<string, Inner?> Items { get; set; } = []; }", false),
        ("public abstract record Shape; public sealed record T(Shape Shape);", false),
        ("[JsonDerivedType(typeof(Circle), \"circle\")] public abstract record Shape; public sealed record Circle(double R) : Shape; public sealed record T(Shape Shape);", true),
        ("[JsonDerivedType(typeof(Circle), \"circle\")] public abstract record Shape; public sealed record Circle(double R) : Shape { public int Made { get; } = 1; } public sealed record T(Shape Shape);", false),
        ("public interface IPart; public sealed record T(IPart Part);", false),
        ("public class Base { public int Kept { get; } = 1; } public sealed class T : Base { public int Own { get; set; } }", false),
        ("public sealed class T { public T? Next { get; set; } public T[] More { get; set; } = []; }", true),
        ("public sealed class T { public string Text { get; set; } = \"\"; public static int Count { get; } public int this[int i] => i; }", true),
        ("[JsonConverter(typeof(C))] public sealed class T { public int Value { get; } } public sealed class C : JsonConverter<T> { public override T Read(ref System.Text.Json.Utf8JsonReader r, Type t, System.Text.Json.JsonSerializerOptions o) => new(); public override void Write(System.Text.Json.Utf8JsonWriter w, T v, System.Text.Json.JsonSerializerOptions o) => w.WriteNullValue(); }", true),
        ("public sealed class T : List<int>;", true),
    ];

    public static readonly (string Name, bool Travels)[] Framework =
    [
        ("System.Collections.ObjectModel.ReadOnlyCollection<int>", false), ("System.Collections.ObjectModel.ReadOnlyDictionary<string, int>", false), ("ArraySegment<byte>", false), ("ArraySegment<string>", false),
        ("Stack<int>", false), ("System.Collections.Concurrent.ConcurrentStack<int>", false), ("System.Collections.Immutable.ImmutableStack<int>", false), ("Lazy<int>", false), ("Index", false), ("Range", false),
        ("System.Text.Rune", false), ("System.Text.StringBuilder", false), ("System.Numerics.Complex", false), ("IGrouping<int, int>", false), ("ILookup<int, int>", false), ("System.Collections.BitArray", false),
        ("PriorityQueue<int, int>", false), ("System.Collections.Specialized.NameValueCollection", false), ("List<ArraySegment<byte>>", false), ("Dictionary<string, Lazy<int>>", false), ("(int, Range)", false), ("Index?", false), ("IReadOnlySet<int>", false),
        ("List<int>", true), ("int[]", true), ("HashSet<string>", true), ("SortedSet<int>", true), ("Queue<int>", true), ("LinkedList<int>", true), ("IReadOnlyList<int>", true), ("IEnumerable<string>", true), ("ISet<int>", true),
        ("IReadOnlyDictionary<string, int>", true), ("Dictionary<int, string>", true), ("SortedDictionary<string, int>", true), ("System.Collections.Immutable.ImmutableArray<int>", true), ("System.Collections.Immutable.ImmutableList<int>", true),
        ("System.Collections.Immutable.ImmutableDictionary<string, int>", true), ("System.Collections.Concurrent.ConcurrentDictionary<string, int>", true), ("System.Collections.ObjectModel.ObservableCollection<int>", true), ("System.Collections.ObjectModel.Collection<int>", true),
        ("KeyValuePair<string, int>", true), ("Tuple<int, string>", true), ("(int, string)", true), ("(int, int, int, int, int, int, int, int, int)", true), ("object", true), ("object?[]", true), ("Dictionary<string, object?>", true), ("Guid", true),
        ("DateTime", true), ("DateTimeOffset?", true), ("DateOnly?", true), ("TimeOnly", true), ("TimeSpan", true), ("Uri", true), ("Version", true), ("Int128", true), ("UInt128", true), ("Half", true), ("System.Numerics.BigInteger", true), ("byte[]", true),
        ("Memory<byte>", true), ("ReadOnlyMemory<byte>", true), ("DayOfWeek", true), ("DayOfWeek?", true), ("decimal", true), ("char", true), ("System.Text.Json.JsonElement", true), ("System.Text.Json.Nodes.JsonNode", true), ("System.Drawing.Point", true),
    ];
}
