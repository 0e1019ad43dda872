using Microsoft.CodeAnalysis;

namespace QCluster.Tests.Analyzers;

/// <summary>Whatever is marked as a background task: the project compiles and has its starter, or one diagnostic says why there is none.</summary>
public sealed class StarterFuzzTests
{
    private const int Files = 15;

    [Test]
    public async Task A_starter_compiles_or_one_diagnostic_gives_the_reason([Range(1, 28)] int seed)
    {
        var fuzz = new SignatureFuzz(seed);
        var cases = Enumerable.Range(0, Files).Select(fuzz.Next).ToArray();
        var project = new SourceProject([.. cases.Select(c => c.Source), SignatureFuzz.Shared]);
        var said = await project.SaidAsync();
        Assert.Multiple(() =>
        {
            for (var i = 0; i < Files; i++)
            {
                var (source, id) = cases[i];
                var ofFile = said.Where(d => d.Location.SourceTree?.FilePath == $"{i}.cs").ToArray();
                var errors = ofFile.Where(d => d.Severity == DiagnosticSeverity.Error && !d.Id.StartsWith("QC", StringComparison.Ordinal));
                Assert.That(errors, Is.Empty, () => "The case itself: " + source);
                Assert.That(ofFile.Where(d => d.Id.StartsWith("QC", StringComparison.Ordinal)).Select(d => d.Id), Is.EqualTo(id is null ? [] : new[] { id }), () => source);
                Assert.That(project.GeneratedFor($"N{i};"), Is.EqualTo(id is null || source.Contains("\"second", StringComparison.Ordinal)), () => source);
            }

            Assert.That(said.Where(d => d.Location.SourceTree?.FilePath.EndsWith(".g.cs", StringComparison.Ordinal) == true || d.Location == Location.None), Is.Empty, () => project.Generated);
        });
    }

    [TestCase("public static partial class A { [BackgroundTask(\"a\")] public static void Do(int n) { } [BackgroundTask(\"b\")] public static void Do(string s) { } }", "QC008", "Rename one of them")]
    [TestCase("public static partial class A { [BackgroundTask(\"a\")] public static void Do(int n) { } public static class DoTask; }", "QC008", "has a member of that name")]
    [TestCase("public static partial class DoTask { [BackgroundTask(\"a\")] public static void Do(int n) { } }", "QC008", "Rename the method")]
    [TestCase("public interface I { void Do(int n); } public partial class A : I { [BackgroundTask(\"a\")] void I.Do(int n) { } }", "QC008", "explicitly")]
    [TestCase("public static partial class A { [BackgroundTask(\"a\")] public static void Do<T>(T n) { } }", "QC009", "is generic")]
    [TestCase("public partial class A<T> { [TaskFunction(\"a\")] public static void Do(T n) { } }", "QC009", "its class A is generic")]
    public async Task A_missing_starter_is_explained_and_other_starters_stay(string source, string id, string reason)
    {
        var project = new SourceProject(source + " public static partial class Other { [BackgroundTask(\"other\")] public static void Run(int n) { } }");
        var said = await project.SaidAsync();
        Assert.That(said.Select(d => d.Id), Is.EqualTo(new[] { id }), () => string.Join('\n', said.AsEnumerable()));
        Assert.That(said[0].GetMessage(), Does.Contain(reason));
        Assert.That(project.Generated, Does.Contain("class RunTask"));
    }

    [Test]
    public void A_starter_keeps_the_default_values_of_its_method()
    {
        var project = new SourceProject("""
            public enum Sign { Minus = -1 }
            public static partial class F
            {
                [BackgroundTask] public static void Run(double a = double.NaN, float b = float.NegativeInfinity, Sign? c = Sign.Minus, char d = '\'', string e = "\u2028\uD800\"", decimal f = 1.10m, double g = -0.0, DayOfWeek h = (DayOfWeek)(-5), ulong i = ulong.MaxValue, int client = 3, int Name = 4) { }
            }
            """);
        var type = project.Load().GetType("F")!;
        var own = type.GetMethod("Run")!.GetParameters().Select(p => p.DefaultValue);
        var ofStarter = type.GetNestedType("RunTask")!.GetMethod("Call")!.GetParameters().Select(p => p.DefaultValue);
        Assert.That(ofStarter, Is.EqualTo(own));
    }
}
