using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using QCluster.Queue;

namespace QCluster.Tests.Redis;

/// <summary>Finds places in C# sources that build a key of Redis by themselves.</summary>
internal static class KeyLiterals
{
    private static readonly string[] Suffixes =
    [
        .. typeof(KeySuffix).GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!),
        .. KeySuffix.Lasting,
        .. KeySuffix.Passing,
    ];

    /// <summary>What takes a suffix: there a letter alone is a key.</summary>
    private static readonly string[] Takers = [nameof(ScriptCall), nameof(QueueScript), nameof(RedisKeys.Named)];

    /// <returns>The line of each, with what stands there.</returns>
    public static IEnumerable<string> In(string source)
    {
        var root = CSharpSyntaxTree.ParseText(source).GetCompilationUnitRoot();
        return root.DescendantTokens().Where(IsKey).Select(t => $"{t.GetLocation().GetLineSpan().StartLinePosition.Line + 1}: {t.Text}")
            .Concat(root.DescendantNodes().Where(ExtendsPrefix).Select(n => $"{n.GetLocation().GetLineSpan().StartLinePosition.Line + 1}: {n}"));
    }

    private static bool IsKey(SyntaxToken token)
    {
        var isWhole = token.IsKind(SyntaxKind.StringLiteralToken) || token.IsKind(SyntaxKind.Utf8StringLiteralToken);
        if (!isWhole && !token.IsKind(SyntaxKind.InterpolatedStringTextToken))
            return false;
        var text = token.ValueText;
        return text.StartsWith("q:{", StringComparison.Ordinal)
            || (Suffixes.Contains(text, StringComparer.Ordinal) && (text.Length > 1 ? isWhole || text.EndsWith(':') : IsTaken(token)));
    }

    private static bool IsTaken(SyntaxToken token) => token.Parent?.Parent?.Parent?.Parent switch
    {
        ObjectCreationExpressionSyntax creation => Takers.Contains(creation.Type.ToString(), StringComparer.Ordinal),
        InvocationExpressionSyntax call => Takers.Any(taker => call.Expression.ToString().EndsWith(taker, StringComparison.Ordinal)),
        _ => false,
    };

    private static bool ExtendsPrefix(SyntaxNode node) => node switch
    {
        BinaryExpressionSyntax sum => sum.IsKind(SyntaxKind.AddExpression) && IsPrefix(sum.Left),
        InterpolationSyntax hole => IsPrefix(hole.Expression),
        _ => false,
    };

    private static bool IsPrefix(ExpressionSyntax expression) =>
        expression.ToString() is "keys.Prefix" or "_keys.Prefix" || expression.ToString().EndsWith("Keys.Prefix", StringComparison.Ordinal) || expression.ToString().Contains("KeysOf(", StringComparison.Ordinal);
}
