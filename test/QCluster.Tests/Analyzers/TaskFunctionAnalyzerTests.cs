using Microsoft.CodeAnalysis;
using QCluster.Analyzers;

namespace QCluster.Tests.Analyzers;

public sealed class TaskFunctionAnalyzerTests
{
    [TestCase("Stream {|#0:data|}", "data", "System.IO.Stream, which lives in one process only")]
    [TestCase("Action {|#0:done|}", "done", "System.Action, which is code")]
    [TestCase("Task<int> {|#0:later|}", "later", "System.Threading.Tasks.Task<int>, which lives in one process only")]
    [TestCase("ref int {|#0:n|}", "n", "by reference")]
    [TestCase("ReadOnlySpan<byte> {|#0:bytes|}", "bytes", "the ref struct System.ReadOnlySpan<byte>")]
    [TestCase("List<Func<int>> {|#0:many|}", "many", "System.Func<int>, which is code")]
    [TestCase("Order {|#0:order|}", "order", "Order with its property Source: System.IO.Stream?, which lives in one process only")]
    [TestCase("IAsyncEnumerable<int> {|#0:numbers|}", "numbers", "System.Collections.Generic.IAsyncEnumerable<int>, which yields its values one day")]
    public async Task An_argument_that_cannot_travel_does_not_compile(string parameter, string name, string reason)
    {
        var text = await UserProject.CompileAsync(
            $$"""
            public sealed class Order { public int Number { get; set; } public Stream? Source { get; set; } }
            public static partial class F { [BackgroundTask("f")] public static void Run({{parameter}}) { } }
            """,
            UserProject.At0(Rules.NotSerialisable, name, "F.Run", reason));
        Assert.That(Rules.NotSerialisable.DefaultSeverity, Is.EqualTo(DiagnosticSeverity.Error));
        Assert.That(Rules.NotSerialisable.MessageFormat.ToString(), Does.Contain("'{0}'").And.Contain("{2}").And.Contain("Take plain data"));
        Assert.That(text, Does.Not.Contain("RunTask"), "there is no starter to call");
    }

    [Test]
    public Task Arguments_that_travel_or_are_injected_are_accepted() => UserProject.CompileAsync("""
        public interface IService;
        public sealed record Item(string Name, decimal Price, DateTimeOffset At, Item? Parent);
        public static partial class F
        {
            [BackgroundTask("f", Timeout = "5s")]
            public static Task<Dictionary<string, List<Item>>> Run(int a, string? b, Guid c, TimeSpan[] d, IReadOnlyList<Item> e, Dictionary<string, object?> f, DayOfWeek? g, byte[] h, (int, string) i, TaskContext context, IService service, IQClusterClient client, CancellationToken cancellationToken) => null!;
        }
        """);

    [Test]
    public async Task A_MessagePack_type_may_have_members_that_do_not_travel()
    {
        var text = await UserProject.CompileAsync("""
            using MessagePack;
            [MessagePackObject] public sealed class Reading { [Key(0)] public int Sensor { get; set; } [IgnoreMember] public Stream? Source { get; set; } }
            [Union(0, typeof(Dog))] public interface IAnimal { }
            [MessagePackObject] public sealed class Dog : IAnimal { [Key(0)] public Func<int>? Bark { get; set; } }
            public static partial class F { [BackgroundTask("f")] public static Dictionary<string, Reading> Run(Reading a, List<Reading> b, IAnimal c, IAnimal[] d) => null!; }
            """);
        Assert.That(text, Does.Contain("Start(global::Reading @a, global::System.Collections.Generic.List<global::Reading> @b, global::IAnimal @c, global::IAnimal[] @d)"));
        Assert.That(text, Does.Contain("global::QCluster.TaskArgument.As<global::IAnimal>(@c)"));
    }

    [Test]
    public Task MessagePack_marks_inside_a_json_type_do_not_count() => UserProject.CompileAsync(
        """
        using MessagePack;
        [MessagePackObject] public sealed class Reading { [IgnoreMember] public Stream? Source { get; set; } }
        public sealed class Report { public Reading? Last { get; set; } }
        public static partial class F { [BackgroundTask("f")] public static void Run(Report {|#0:report|}) { } }
        """,
        UserProject.At0(Rules.NotSerialisable, "report", "F.Run", "Report with its property Last: Reading with its property Source: System.IO.Stream?, which lives in one process only"));

    [Test]
    public async Task Two_functions_with_one_name_are_reported()
    {
        await UserProject.CompileAsync(
            """
            public static class A { [TaskFunction("same")] public static void One() { } }
            public static partial class B { [BackgroundTask("same")] public static void {|#0:Two|}() { } }
            """,
            UserProject.At0(Rules.SameName, "same", "A.One()", "B.Two()"));
        Assert.That(Rules.SameName.MessageFormat.ToString(), Does.Contain("'{0}'").And.Contain("'{1}'").And.Contain("'{2}'"));
    }

    [Test]
    public async Task An_async_void_function_is_reported()
    {
        await UserProject.CompileAsync("""public static class A { [TaskFunction("a")] public static async void {|#0:One|}() => await Task.Yield(); }""", UserProject.At0(Rules.AsyncVoid, "A.One"));
        Assert.That(Rules.AsyncVoid.MessageFormat.ToString(), Does.Contain("Return Task"));
    }

    [TestCase("Tasks.Async({|#0:\"math.copysing\"|}, 1)", "math.copysing")]
    [TestCase("new TaskCall({|#0:\"math.copysigns\"|}, 1)", "math.copysigns")]
    public async Task A_misspelled_name_is_reported(string call, string name)
    {
        await UserProject.CompileAsync(
            $$"""
            public static class A { [TaskFunction("math.copysign")] public static void One(int n) { } public static object Go() => {{call}}; }
            """,
            UserProject.At0(Rules.WrongName, name, "math.copysign"));
        Assert.That(Rules.WrongName.MessageFormat.ToString(), Does.Contain("Did you mean '{1}'?"));
    }

    [TestCase("Tasks.Async(\"math.copysign\", 1)")]
    [TestCase("Tasks.Async(\"another.program.has_it\", 1)")]
    [TestCase("string.Concat(\"math.copysing\", \"\")")]
    public Task A_known_or_possible_name_is_accepted(string call) => UserProject.CompileAsync($$"""
        public static class A { [TaskFunction("math.copysign")] public static void One(int n) { } public static object Go() => {{call}}; }
        """);

    [Test]
    public async Task A_timeout_without_a_token_is_reported()
    {
        await UserProject.CompileAsync("""public static class A { [TaskFunction("a", Timeout = "5s")] public static void {|#0:One|}() { } }""", UserProject.At0(Rules.NoToken, "A.One"));
        Assert.That(Rules.NoToken.MessageFormat.ToString(), Does.Contain("CancellationToken"));
    }

    [Test]
    public async Task A_background_task_of_a_class_that_is_not_partial_is_reported()
    {
        var text = await UserProject.CompileAsync("""public static class A { [BackgroundTask("a")] public static void {|#0:One|}() { } }""", UserProject.At0(Rules.NotPartial, "A.One", "A"));
        Assert.That(Rules.NotPartial.MessageFormat.ToString(), Does.Contain("'partial class {1}'"));
        Assert.That(text, Is.Empty);
    }
}
