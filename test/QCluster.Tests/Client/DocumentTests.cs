using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using QCluster.Tests.Analyzers;

namespace QCluster.Tests.Client;

/// <summary>The examples of the README and of the documents for users of other queues compile as they stand there.</summary>
public sealed partial class DocumentTests
{
    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Block();

    [GeneratedRegex("`(?<folder>(src|tools)/[A-Za-z./]+[A-Za-z])`", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Paths();

    private static string Page(string name) => File.ReadAllText(Path.Combine(Folder(), name));

    private static string Folder([CallerFilePath] string path = "") => Path.Combine(Path.GetDirectoryName(path)!, "..", "..", "..", "docs");

    [TestCase("coming-from-django-q.md", 3)]
    [TestCase("coming-from-celery.md", 3)]
    [TestCase("coming-from-atasker.md", 2)]
    [TestCase("../README.md", 8)]
    public async Task The_examples_compile(string page, int count)
    {
        var blocks = Block().Matches(Page(page)).Select(m => m.Value["```csharp\n".Length..^3]).ToArray();
        Assert.That(blocks, Has.Length.EqualTo(count));
        foreach (var said in await Task.WhenAll(blocks.Select(block => new SourceProject(AsFile(block)).SaidAsync())))
            Assert.That(said, Is.Empty, () => string.Join('\n', said.AsEnumerable()));
    }

    [TestCase("src/QCluster")]
    [TestCase("src/QCluster.Hosting")]
    [TestCase("tools")]
    public void The_tour_names_every_folder(string root)
    {
        var page = Page("architecture.md");
        var missing = Directory.EnumerateDirectories(Path.Combine(Folder(), "..", root)).Select(Path.GetFileName).Where(name => name is not ("bin" or "obj") && !page.Contains($"`{root}/{name}`", StringComparison.Ordinal));
        Assert.That(missing, Is.Empty);
    }

    [Test]
    public void The_tour_names_no_folder_that_is_missing()
    {
        var missing = Paths().Matches(Page("architecture.md")).SelectMany(m => m.Groups["folder"].Captures).Select(c => c.Value).Where(name => !Directory.Exists(Path.Combine(Folder(), "..", name)));
        Assert.That(missing, Is.Empty);
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
