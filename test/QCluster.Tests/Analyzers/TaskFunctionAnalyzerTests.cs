using Microsoft.CodeAnalysis;

namespace QCluster.Tests.Analyzers;

public sealed class TaskFunctionAnalyzerTests
{
    [TestCase("Stream data", "'data'", "System.IO.Stream")]
    [TestCase("Action done", "'done'", "code")]
    [TestCase("Task<int> later", "'later'", "one process only")]
    [TestCase("ref int n", "'n'", "by reference")]
    [TestCase("ReadOnlySpan<byte> bytes", "'bytes'", "ref struct")]
    [TestCase("List<Func<int>> many", "'many'", "code")]
    [TestCase("Order order", "'order'", "Order with its property Source: System.IO.Stream")]
    [TestCase("IAsyncEnumerable<int> numbers", "'numbers'", "one day")]
    public async Task An_argument_that_cannot_travel_does_not_compile_and_is_told_what_to_do(string parameter, string name, string reason)
    {
        var (said, text) = await Compiled.RunAsync($$"""
            public sealed class Order { public int Number { get; set; } public Stream? Source { get; set; } }
            public static partial class F { [BackgroundTask("f")] public static void Run({{parameter}}) { } }
            """);
        var error = said.Single(d => d.Id == "QC001");
        Assert.That(error.Severity, Is.EqualTo(DiagnosticSeverity.Error));
        Assert.That(error.GetMessage(), Does.Contain(name).And.Contain(reason).And.Contain("Take plain data"));
        Assert.That(text, Does.Not.Contain("RunTask"), "there is no starter to call");
    }

    [Test]
    public async Task What_can_travel_and_what_is_injected_is_accepted()
    {
        var (said, _) = await Compiled.RunAsync("""
            public interface IService;
            public sealed record Item(string Name, decimal Price, DateTimeOffset At, Item? Parent);
            public static partial class F
            {
                [BackgroundTask("f", Timeout = "5s")]
                public static Task<Dictionary<string, List<Item>>> Run(int a, string? b, Guid c, TimeSpan[] d, IReadOnlyList<Item> e, Dictionary<string, object?> f, DayOfWeek? g, byte[] h, (int, string) i, TaskContext context, IService service, IQClusterClient client, CancellationToken cancellationToken) => null!;
            }
            """);
        Assert.That(said, Is.Empty);
    }

    [Test]
    public async Task A_type_marked_for_messagepack_is_accepted_with_members_that_do_not_travel()
    {
        var (said, text) = await Compiled.RunAsync("""
            using MessagePack;
            [MessagePackObject] public sealed class Reading { [Key(0)] public int Sensor { get; set; } [IgnoreMember] public Stream? Source { get; set; } }
            [Union(0, typeof(Dog))] public interface IAnimal { }
            [MessagePackObject] public sealed class Dog : IAnimal { [Key(0)] public Func<int>? Bark { get; set; } }
            public static partial class F { [BackgroundTask("f")] public static Dictionary<string, Reading> Run(Reading a, List<Reading> b, IAnimal c, IAnimal[] d) => null!; }
            """);
        Assert.That(said, Is.Empty);
        Assert.That(text, Does.Contain("Start(global::Reading @a, global::System.Collections.Generic.List<global::Reading> @b, global::IAnimal @c, global::IAnimal[] @d)"));
        Assert.That(text, Does.Contain("global::QCluster.TaskArgument.As<global::IAnimal>(@c)"));
    }

    [Test]
    public async Task Inside_a_type_that_travels_as_json_the_marks_do_not_count()
    {
        var (said, _) = await Compiled.RunAsync("""
            using MessagePack;
            [MessagePackObject] public sealed class Reading { [IgnoreMember] public Stream? Source { get; set; } }
            public sealed class Report { public Reading? Last { get; set; } }
            public static partial class F { [BackgroundTask("f")] public static void Run(Report report) { } }
            """);
        Assert.That(said.Single(d => d.Id == "QC001").GetMessage(), Does.Contain("Report with its property Last: Reading with its property Source"));
    }

    [Test]
    public async Task Two_functions_of_one_name()
    {
        var (said, _) = await Compiled.RunAsync("""
            public static class A { [TaskFunction("same")] public static void One() { } }
            public static partial class B { [BackgroundTask("same")] public static void Two() { } }
            """);
        Assert.That(said.Single(d => d.Id == "QC002").GetMessage(), Does.Contain("'A.One()'").And.Contain("'B.Two()'").And.Contain("'same'"));
    }

    [Test]
    public async Task An_async_void_function()
    {
        var (said, _) = await Compiled.RunAsync("""public static class A { [TaskFunction("a")] public static async void One() => await Task.Yield(); }""");
        Assert.That(said.Single(d => d.Id == "QC003").GetMessage(), Does.Contain("Return Task"));
    }

    [TestCase("Tasks.Async(\"math.copysing\", 1)", "math.copysign")]
    [TestCase("new TaskCall(\"math.copysigns\", 1)", "math.copysign")]
    public async Task A_name_that_is_nearly_right(string call, string meant)
    {
        var (said, _) = await Compiled.RunAsync($$"""
            public static class A { [TaskFunction("math.copysign")] public static void One(int n) { } public static object Go() => {{call}}; }
            """);
        Assert.That(said.Single(d => d.Id == "QC004").GetMessage(), Does.Contain($"Did you mean '{meant}'?"));
    }

    [TestCase("Tasks.Async(\"math.copysign\", 1)")]
    [TestCase("Tasks.Async(\"another.program.has_it\", 1)")]
    [TestCase("string.Concat(\"math.copysing\", \"\")")]
    public async Task A_name_that_is_right_or_may_be(string call)
    {
        var (said, _) = await Compiled.RunAsync($$"""
            public static class A { [TaskFunction("math.copysign")] public static void One(int n) { } public static object Go() => {{call}}; }
            """);
        Assert.That(said, Is.Empty);
    }

    [Test]
    public async Task A_time_out_that_nothing_heeds()
    {
        var (said, _) = await Compiled.RunAsync("""public static class A { [TaskFunction("a", Timeout = "5s")] public static void One() { } }""");
        Assert.That(said.Single(d => d.Id == "QC005").GetMessage(), Does.Contain("CancellationToken"));
    }

    [Test]
    public async Task A_background_task_of_a_class_that_is_not_partial()
    {
        var (said, text) = await Compiled.RunAsync("""public static class A { [BackgroundTask("a")] public static void One() { } }""");
        Assert.That(said.Single(d => d.Id == "QC006").GetMessage(), Does.Contain("'partial class A'"));
        Assert.That(text, Is.Empty);
    }
}
