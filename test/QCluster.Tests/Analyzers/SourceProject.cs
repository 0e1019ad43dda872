using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using QCluster.Analyzers;

namespace QCluster.Tests.Analyzers;

/// <summary>A source text as a project that references QCluster: what the compiler, the generator and the analyzer say of it, and the assembly that it becomes.</summary>
internal sealed class SourceProject
{
    private const string Usings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;
        global using System.Text.Json.Serialization; global using QCluster; global using QCluster.BackgroundTasks; global using QCluster.TaskClasses;
        """;

    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)),
    ];

    private readonly CSharpCompilation _compilation;
    private readonly ImmutableArray<Diagnostic> _ofGenerator;

    public SourceProject(params string[] sources)
    {
        var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true);
        var trees = sources.Append(Usings).Select((text, index) => CSharpSyntaxTree.ParseText(text, path: $"{index}.cs"));
        var written = CSharpCompilation.Create("user" + Guid.NewGuid().ToString("N"), trees, References, options);
        GeneratorDriver driver = CSharpGeneratorDriver.Create(new StarterGenerator());
        driver = driver.RunGeneratorsAndUpdateCompilation(written, out var generated, out _ofGenerator);
        _compilation = (CSharpCompilation)generated;
        Generated = string.Join('\n', driver.GetRunResult().GeneratedTrees.Select(t => t.ToString()));
    }

    /// <summary>What was generated.</summary>
    public string Generated { get; }

    /// <summary>Whether a starter was generated in a namespace.</summary>
    public bool GeneratedFor(string space) => Generated.Contains("namespace " + space, StringComparison.Ordinal) || Generated.Contains("." + space, StringComparison.Ordinal);

    /// <summary>What compiler, generator and analyzer say, from warnings on.</summary>
    public async Task<Diagnostic[]> SaidAsync()
    {
        var said = await _compilation.WithAnalyzers([new TaskFunctionAnalyzer()]).GetAllDiagnosticsAsync();
        return [.. said.Concat(_ofGenerator).Where(d => d.Severity >= DiagnosticSeverity.Warning)];
    }

    /// <summary>The methods of a type.</summary>
    public IEnumerable<IMethodSymbol> Methods(string type) => _compilation.GetTypeByMetadataName(type)!.GetMembers().OfType<IMethodSymbol>().Where(m => m.MethodKind == MethodKind.Ordinary);

    /// <summary>The assembly, loaded.</summary>
    public Assembly Load()
    {
        using var bytes = new MemoryStream();
        var result = _compilation.Emit(bytes);
        Assert.That(result.Success, Is.True, () => string.Join('\n', result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)) + "\n" + Generated);
        return Assembly.Load(bytes.ToArray());
    }
}
