using System.Text;

namespace QCluster.Tests.Analyzers;

/// <summary>Makes declarations of background tasks at random, with at most one thing about each that must be said.</summary>
internal sealed class SignatureFuzz(int seed)
{
    private static readonly (string Type, string[] Defaults)[] Types =
    [
        ("int", ["0", "-1", "int.MinValue", "int.MaxValue"]), ("byte", ["255"]), ("sbyte", ["-128"]), ("short", ["-7"]), ("ushort", ["7"]), ("uint", ["uint.MaxValue"]), ("long", ["long.MinValue", "5"]), ("ulong", ["ulong.MaxValue"]),
        ("float", ["float.NaN", "float.PositiveInfinity", "float.NegativeInfinity", "float.Epsilon", "float.MaxValue", "-0f", "1.5f"]), ("double", ["double.NaN", "double.PositiveInfinity", "double.NegativeInfinity", "double.Epsilon", "double.MaxValue", "-0d", "0.1"]),
        ("decimal", ["79228162514264337593543950335m", "1.10m", "-0.5m", "0.0000000000000000000000000001m"]), ("bool", ["true", "false"]), ("char", [@"'\''", @"'\\'", @"'\0'", @"'\uD800'", "'\"'", "'ž'"]),
        ("string", [@"""\u2028""", @"""\""""", @"""\\""", @"""{0} {{""", @"""\uD800""", @"""""", @"""ž\r\n""", "@\"a\"\"b\""]), ("string?", ["null", "\"x\""]), ("object?", ["null"]), ("dynamic", []), ("DayOfWeek", ["DayOfWeek.Friday", "(DayOfWeek)(-5)"]), ("DayOfWeek?", ["DayOfWeek.Monday", "null"]),
        ("global::Shared.Sign", ["global::Shared.Sign.Minus"]), ("global::Shared.Sign?", ["global::Shared.Sign.Minus"]), ("global::Shared.Big", ["global::Shared.Big.Most"]), ("int?", ["5", "null", "-5"]), ("byte?", ["5"]), ("long?", ["-5"]), ("double?", ["double.NaN"]), ("decimal?", ["1.5m"]), ("char?", ["'x'"]),
        ("Guid", ["default"]), ("DateTime", ["default"]), ("TimeSpan?", ["null"]), ("(int a, string? b)", ["default"]), ("int[]", []), ("string[]?", ["null"]), ("int[][]", []), ("List<int>", []), ("IReadOnlyList<string?>", []), ("Dictionary<string, List<(int, DayOfWeek?)>>", []),
        ("global::Shared.Item", []), ("global::Shared.@class?", ["null"]), ("global::Shared.Shape", []), ("global::Shared.Shape[]", []), ("global::Shared.IPet", []), ("byte[]", []), ("System.Text.Json.JsonElement", []),
    ];

    private static readonly string[] Injected = ["CancellationToken", "TaskContext", "global::Shared.IService", "IQClusterClient", "[Injected] global::Shared.Item"];

    private static readonly string[] Names =
    [
        "a", "b", "client", "_client", "Name", "Options", "Call", "Start", "StartWith", "Apply", "global", "System", "QCluster", "args", "value", "item", "_", "Run", "RunTask", "@class", "@int", "@default", "@params", "@this", "await", "async", "var", "record", "field", "é", "Tasks", "TaskCall", "Args",
    ];

    private static readonly string[] Methods = ["Run", "@class", "@event", "Start", "Call", "Name", "Options", "Apply", "client", "Équipe", "System", "Tasks"];

    private static readonly string[] Results = ["void", "int", "string?", "Task", "Task<int>", "ValueTask", "ValueTask<List<string?>>", "(int a, string b)", "Task<Dictionary<string, object?>>", "object?", "dynamic", "Task<global::Shared.Item?>"];

    private static readonly (string Result, string Id)[] BadResults =
        [("Stream", "QC007"), ("IAsyncEnumerable<int>", "QC007"), ("Task<Stream>", "QC007"), ("Action", "QC007"), ("ref int", "QC007"), ("Task<Lazy<int>>", "QC007"), ("ReadOnlySpan<int>", "QC007"), ("ValueTask<ArraySegment<byte>>", "QC007")];

    private static readonly (string Parameter, string Id)[] BadParameters =
        [("ref int bad", "QC001"), ("in int bad", "QC001"), ("Span<int> bad", "QC001"), ("Stream bad", "QC001"), ("Action bad", "QC001"), ("int* bad", "QC001"), ("global::Shared.OnStack bad", "QC001"), ("global::Shared.Lost bad", "QC001"), ("List<Lazy<int>> bad", "QC001"), ("out int bad", "QC001")];

    // Around the method: what stands before, behind, whether the class is static, and what is said.
    private static readonly (string Before, string After, bool IsStatic, string Class, string? Id)[] Places =
    [
        ("public static partial class C {", "}", true, "C", null), ("public partial class C {", "}", false, "C", null), ("internal static partial class @class {", "}", true, "class", null), ("public partial record C {", "}", false, "C", null), ("public partial struct C {", "}", false, "C", null),
        ("public partial record struct C {", "}", false, "C", null), ("public partial interface C {", "}", false, "C", null), ("public partial class Outer { public partial struct @event { internal static partial class C {", "} } }", true, "C", null), ("public ref partial struct C {", "}", false, "C", null),
        ("public partial class A { public static partial class C {", "} } public partial class B { public static partial class C { public static void Other() { } } }", true, "C", null), ("public abstract partial class C {", "}", false, "C", null),
        ("public static class C {", "}", true, "C", "QC006"), ("public class Outer { public static partial class C {", "} }", true, "C", "QC006"), ("file static partial class C {", "}", true, "C", "QC008"), ("public partial class C<T> {", "}", false, "C", "QC009"), ("public partial class Outer<T> { public static partial class C {", "} }", true, "C", "QC009"),
    ];

    private readonly Random _random = new(seed);

    public const string Shared = """
        namespace Shared;
        public enum Sign { Minus = -1, Plus = 1 }
        public enum Big : ulong { Most = ulong.MaxValue }
        public sealed record Item(string Name, Item? Parent);
        public sealed class @class { public int Number { get; set; } }
        [JsonDerivedType(typeof(Circle), "circle")] public abstract record Shape; public sealed record Circle(double R) : Shape;
        [JsonDerivedType(typeof(Cat), "cat")] public interface IPet; public sealed record Cat(string Name) : IPet;
        public interface IService;
        public ref struct OnStack;
        public readonly struct Lost { public Lost(int n) => N = n; public int N { get; } }
        """;

    /// <summary>A file, and the id of the one diagnostic that says why there is no starter; null when there is one.</summary>
    public (string Source, string? Id) Next(int number)
    {
        var place = Places[_random.Next(_random.Next(3) > 0 ? 11 : Places.Length)];
        var id = place.Id;
        var method = Pick([.. Methods.Where(m => m.TrimStart('@') != place.Class)]);
        var result = Pick(Results);
        var parameters = Parameters();
        var more = "";
        var generic = "";
        if (id is null)
        {
            switch (_random.Next(14))
            {
                case 0:
                    (result, id) = Pick(BadResults);
                    break;
                case 1:
                    (var bad, id) = Pick(BadParameters);
                    parameters = parameters.Where(p => !p.Contains("params", StringComparison.Ordinal) && !p.Contains('=', StringComparison.Ordinal)).Append(bad).ToList();
                    break;
                case 2:
                    (generic, id) = ("<TMethod>", "QC009");
                    break;
                case 3:
                    (more, id) = ($" public const int {method.TrimStart('@')}Task = 1;", "QC008");
                    break;
                case 4 when !place.Before.Contains("interface", StringComparison.Ordinal):
                    more = $" [BackgroundTask(\"second{number}\")] public static void {method}(System.Version only, Guid one) {{ }}";
                    id = "QC008";
                    break;
                case 5 when place.Before.StartsWith("public partial struct", StringComparison.Ordinal):
                    return (File(number, place.Before, $"[BackgroundTask] public int {method}() => 1;", place.After), "QC009");
            }
        }

        var access = place.Before.Contains("interface", StringComparison.Ordinal) ? "public" : Pick(["public", "internal", "private", .. place is { IsStatic: false, Before: var b } && b.Contains("class", StringComparison.Ordinal) ? ["protected", "protected internal", "private protected"] : Array.Empty<string>()]);
        var isUnsafe = parameters.Any(p => p.Contains('*', StringComparison.Ordinal)) ? "unsafe " : "";
        var attribute = Pick(["[BackgroundTask]", $"[BackgroundTask(\"f.{number}\")]", $"[BackgroundTask(\"f\\\"\\\\{number}\", Priority = TaskPriority.High, Type = BackgroundTaskType.Process, Queue = \"a\\\\b\")]", $"[Obsolete(\"no \\\"more\\\"\")] [BackgroundTask]", $"[BackgroundTask(Callback = \"other.name\")]"]);
        return (File(number, place.Before, $"{attribute} {access} static {isUnsafe}{result} {method}{generic}({string.Join(", ", parameters)}) => throw null!;{more}", place.After), id);
    }

    private string File(int number, string before, string body, string after)
    {
        var text = new StringBuilder(_random.Next(5) == 0 ? "#nullable disable warnings\n#nullable enable annotations\n" : "");
        return text.Append(Pick([$"namespace N{number};", $"namespace @namespace.N{number};", $"namespace QCluster.N{number};"])).Append('\n').Append(before).Append('\n').Append(body).Append('\n').Append(after).ToString();
    }

    private List<string> Parameters()
    {
        var parameters = new List<string>();
        var names = Names.OrderBy(_ => _random.Next()).ToArray();
        var isOptional = false;
        for (var i = _random.Next(5); i > 0; i--)
        {
            var (type, defaults) = Pick(Types);
            isOptional |= _random.Next(2) == 0;
            if (isOptional && defaults.Length == 0)
                (type, defaults) = ("int", ["1"]);
            parameters.Add($"{type} {names[i]}{(isOptional ? " = " + Pick(defaults) : "")}");
        }

        if (_random.Next(3) == 0)
            parameters.Add($"{Pick(Injected)} given{(isOptional ? " = default!" : "")}");
        if (_random.Next(6) == 0)
            parameters.Add(Pick(["params int[] rest", "params string?[] rest", "params object?[] rest", "params global::Shared.Shape[] rest", "params List<int> rest", "params IEnumerable<string> rest"]));
        else if (_random.Next(6) == 0 && !isOptional)
            parameters.Add("IReadOnlyDictionary<string, object?> kwargs");
        return parameters;
    }

    private T Pick<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];
}
