using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using QCluster.Analyzers;

namespace QCluster.Tests.Analyzers;

/// <summary>A source text, compiled as a project that references QCluster is.</summary>
internal static class Compiled
{
    private const string Usings = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Threading; global using System.Threading.Tasks; global using QCluster;";

    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>What compiler, generator and analyzer say, and what is generated.</summary>
    public static async Task<(ImmutableArray<Diagnostic> Diagnostics, string Generated)> RunAsync(string source)
    {
        var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable);
        var compilation = CSharpCompilation.Create("user", [CSharpSyntaxTree.ParseText(source), CSharpSyntaxTree.ParseText(Usings)], References, options);
        GeneratorDriver driver = CSharpGeneratorDriver.Create(new StarterGenerator());
        driver = driver.RunGeneratorsAndUpdateCompilation(compilation, out var generated, out var ofGenerator);
        var analyzed = generated.WithAnalyzers([new TaskFunctionAnalyzer()]);
        var said = await analyzed.GetAllDiagnosticsAsync();
        var text = string.Join('\n', driver.GetRunResult().GeneratedTrees.Select(t => t.ToString()));
        return ([.. said.Concat(ofGenerator).Where(d => d.Severity >= DiagnosticSeverity.Warning)], text);
    }
}
