using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace QCluster.Tests.Layers;

/// <summary>Finds the tests in a source, and says what is wrong with a name.</summary>
public static class TestNames
{
    private const int MaxLength = 70;

    private static readonly string[] Attributes = ["Test", "TestCase", "TestCaseSource", "Theory", "Fact"];

    private static readonly string[] Openings = ["It", "Its", "What", "Whatever", "Of", "How", "However"];

    public static IEnumerable<string> In(string source) =>
        CSharpSyntaxTree.ParseText(source).GetCompilationUnitRoot().DescendantNodes()
            .OfType<MethodDeclarationSyntax>()
            .Where(static method => method.AttributeLists.SelectMany(static list => list.Attributes).Any(static a => Attributes.Contains(a.Name.ToString(), StringComparer.Ordinal)))
            .Select(static method => method.Identifier.Text);

    /// <returns>Null when the name keeps the rules.</returns>
    public static string? ProblemOf(string name)
    {
        if (name.Length > MaxLength)
            return $"{name.Length} characters, more than {MaxLength}";
        var words = name.Split('_');
        if (words.Length == 1)
            return "one word is no sentence";
        return Openings.Contains(words[0], StringComparer.Ordinal) ? $"begins with '{words[0]}'; begin with the subject" : null;
    }
}
