using System.Reflection;
using QCluster.Execution.Functions;

namespace QCluster.Tests.Analyzers;

/// <summary>Worker, client, harness and generator decide alike what is injected: the library by reflection, the analyzers by symbols.</summary>
public sealed class InjectionRuleTests
{
    private const string Types = """
        namespace Microsoft.AspNetCore.Mvc { public sealed class FromServicesAttribute : Attribute; }
        namespace Other { public sealed class FromServicesAttribute : Attribute; }
        public interface IMailer; public interface IOpen<T>; public sealed class Mailer : IMailer; public enum E { A }
        [JsonDerivedType(typeof(Cat), "cat")] public interface IPet; public sealed record Cat(string Name) : IPet;
        [JsonConverter(typeof(JsonStringEnumConverter))] public interface IConverted;
        [JsonDerivedType(typeof(Circle), "circle")] public abstract record Shape; public sealed record Circle(double R) : Shape;

        """;

    private static readonly string[] Parameters =
    [
        "int p", "string p", "object p", "E p", "Mailer p", "Shape p", "IPet p", "IConverted p", "IMailer p", "IMailer? p = null", "IOpen<int> p", "IEnumerable<IMailer> p", "IReadOnlyList<int> p", "IDictionary<string, int> p", "System.Collections.IEnumerable p",
        "ILookup<int, int> p", "IAsyncEnumerable<int> p", "CancellationToken p", "TaskContext p", "TaskRecord p", "TaskRecord? p", "TaskRecord[] p", "IReadOnlyList<TaskRecord> p", "List<TaskRecord> p", "IServiceProvider p", "TimeProvider p", "IQClusterClient p",
        "Microsoft.Extensions.Logging.ILogger p", "Microsoft.Extensions.Logging.ILogger<string> p", "Microsoft.Extensions.Logging.ILoggerFactory p", "Microsoft.Extensions.Options.IOptions<string> p", "[Injected] Mailer p",
        "[Microsoft.Extensions.DependencyInjection.FromKeyedServices(\"k\")] Mailer p", "[Microsoft.AspNetCore.Mvc.FromServices] Mailer p", "[Other.FromServices] Mailer p", "params int[] p", "params IMailer[] p", "Dictionary<string, object?> kwargs",
        "IReadOnlyDictionary<string, object?> kwargs", "Dictionary<string, int> kwargs", "System.Net.Http.HttpClient p", "IDisposable p", "IComparable<int> p", "Action p", "System.Text.Json.JsonElement p", "TaskOptions p", "TaskContext[] p", "CancellationToken? p",
    ];

    [Test]
    public void Analyzer_and_library_agree_on_injected_parameters()
    {
        var methods = string.Concat(Parameters.Select((p, i) => $"public static void M{i}({p}) {{ }}\n"));
        var project = new SourceProject(Types + $"public static class F {{ {methods} }}");
        var ofAnalyzer = project.Methods("F").ToDictionary(m => m.Name, m => QCluster.Analyzers.TaskSymbols.IsInjected(m.Parameters[0]), StringComparer.Ordinal);
        var type = project.Load().GetType("F")!;
        Assert.Multiple(() =>
        {
            for (var i = 0; i < Parameters.Length; i++)
            {
                var parameter = type.GetMethod($"M{i}", BindingFlags.Static | BindingFlags.Public)!.GetParameters()[0];
                Assert.That(ofAnalyzer[$"M{i}"], Is.EqualTo(ParameterKinds.IsInjected(parameter)), Parameters[i]);
                Assert.That(QCluster.Analyzers.TaskSymbols.IsNamedRest(project.Methods("F").Single(m => m.Name == $"M{i}").Parameters[0]), Is.EqualTo(ParameterKinds.Of(parameter) == ParameterKind.NamedRest), Parameters[i]);
                Assert.That(QCluster.Analyzers.TaskSymbols.IsRest(project.Methods("F").Single(m => m.Name == $"M{i}").Parameters[0]), Is.EqualTo(ParameterKinds.Of(parameter) == ParameterKind.Rest), Parameters[i]);
            }
        });
    }

    [TestCase("int p", false)]
    [TestCase("IMailer p", true)]
    [TestCase("IPet p", false)]
    [TestCase("[Injected] Mailer p", true)]
    [TestCase("[Microsoft.AspNetCore.Mvc.FromServices] Mailer p", true)]
    [TestCase("TimeProvider p", true)]
    public void A_starter_takes_the_parameters_that_travel(string parameter, bool isInjected)
    {
        var project = new SourceProject(Types + $"public static partial class F {{ [BackgroundTask(\"f\")] public static void Run({parameter}) {{ }} }}");
        project.Load();
        Assert.That(project.Generated.Contains("@p", StringComparison.Ordinal), Is.EqualTo(!isInjected));
    }
}
