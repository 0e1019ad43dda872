using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;
using QCluster.Analyzers;

namespace QCluster.Tests.Analyzers;

/// <summary>A source text, compiled as a project that references QCluster is. What compiler, generator and analyzer report must be what its markup and the expected diagnostics say.</summary>
internal sealed class UserProject : CSharpSourceGeneratorTest<StarterGenerator, DefaultVerifier>
{
    private const string Usings = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Threading; global using System.Threading.Tasks; global using QCluster; global using QCluster.BackgroundTasks; global using QCluster.TaskClasses;";

    private static readonly MetadataReference[] References =
    [
        .. Directory.EnumerateFiles(Directory.EnumerateDirectories(Path.Combine(ReferencePack, "ref")).Single(), "*.dll").Append(typeof(QClusterClient).Assembly.Location)
            .Concat(Directory.EnumerateFiles(AppContext.BaseDirectory, "Microsoft.Extensions.*.Abstractions.dll"))
            .Concat(Directory.EnumerateFiles(AppContext.BaseDirectory, "MessagePack*.dll"))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    private UserProject(string source, DiagnosticResult[] expected)
    {
        // Named so, it has no packages to restore.
        ReferenceAssemblies = new ReferenceAssemblies("");
        CompilerDiagnostics = CompilerDiagnostics.Warnings;
        TestBehaviors = TestBehaviors.SkipGeneratedSourcesCheck;
        // Most projects make no documentation file.
        DisabledDiagnostics.Add("CS1591");
        TestState.Sources.Add(source);
        TestState.Sources.Add(("Usings.cs", Usings));
        TestState.AdditionalReferences.AddRange(References);
        TestState.ExpectedDiagnostics.AddRange(expected);
    }

    private static string ReferencePack => typeof(UserProject).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "ReferencePack").Value!;

    private string Generated { get; set; } = "";

    /// <summary>What was generated.</summary>
    public static async Task<string> CompileAsync(string source, params DiagnosticResult[] expected)
    {
        var project = new UserProject(source, expected);
        await project.RunAsync();
        return project.Generated;
    }

    /// <summary>With further references: the assemblies of these types. Nothing may be reported.</summary>
    public static Task CompileWithAsync(string source, params Type[] referenced)
    {
        var project = new UserProject(source, []);
        project.TestState.AdditionalReferences.AddRange(referenced.Select(type => MetadataReference.CreateFromFile(type.Assembly.Location)));
        return project.RunAsync();
    }

    /// <summary>A diagnostic where the source says <c>{|#0:...|}</c>, with the arguments of its message.</summary>
    public static DiagnosticResult At0(DiagnosticDescriptor rule, params object[] arguments) => new DiagnosticResult(rule).WithLocation(0).WithArguments(arguments);

    protected override IEnumerable<DiagnosticAnalyzer> GetDiagnosticAnalyzers() => [new TaskFunctionAnalyzer()];

    protected override CompilationOptions CreateCompilationOptions() => new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable);

    protected override ParseOptions CreateParseOptions() => new CSharpParseOptions(LanguageVersion.Default);

    protected override async Task<(Compilation compilation, ImmutableArray<Diagnostic> generatorDiagnostics)> GetProjectCompilationAsync(Project project, IVerifier verifier, CancellationToken cancellationToken)
    {
        var result = await base.GetProjectCompilationAsync(project, verifier, cancellationToken);
        var own = project.Documents.Select(d => d.FilePath).ToHashSet(StringComparer.Ordinal);
        Generated = string.Join('\n', result.compilation.SyntaxTrees.Where(tree => !own.Contains(tree.FilePath)).Select(tree => tree.ToString()));
        return result;
    }
}
