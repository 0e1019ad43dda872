using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using QCluster.Tests.Analyzers;

namespace QCluster.Tests.Client;

/// <summary>The examples of the documents for those who come from elsewhere, beside their originals, compile as they stand there.</summary>
public sealed partial class DocumentTests
{
    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Block();

    private static string Page(string name, [CallerFilePath] string path = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(path)!, "..", "..", "..", "docs", name));

    [TestCase("coming-from-django-q.md", 3)]
    [TestCase("coming-from-celery.md", 3)]
    [TestCase("coming-from-atasker.md", 2)]
    public async Task The_examples_compile(string page, int count)
    {
        var blocks = Block().Matches(Page(page)).Select(m => m.Value["```csharp\n".Length..^3]).ToArray();
        Assert.That(blocks, Has.Length.EqualTo(count));
        foreach (var said in await Task.WhenAll(blocks.Select(block => new SourceProject(AsFile(block)).SaidAsync())))
            Assert.That(said, Is.Empty, () => string.Join('\n', said.AsEnumerable()));
    }

    /// <summary>Statements in a method, types beside it.</summary>
    private static string AsFile(string block)
    {
        var root = (CompilationUnitSyntax)CSharpSyntaxTree.ParseText(block).GetRoot();
        var statements = string.Concat(root.Members.OfType<GlobalStatementSyntax>().Select(s => s.ToFullString()));
        var types = string.Concat(root.Members.Where(m => m is not GlobalStatementSyntax).Select(m => m.ToFullString()));
        return $"{root.Usings.ToFullString()}public static class Example {{ public static async Task RunAsync() {{\n{statements}\nawait Task.CompletedTask; }} }}\n{types}";
    }
}
