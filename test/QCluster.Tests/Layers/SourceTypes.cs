using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace QCluster.Tests.Layers;

/// <summary>Reads which types the sources declare, and where.</summary>
public static class SourceTypes
{
    /// <param name="root">The folder of a project, from that of the repository.</param>
    public static IEnumerable<SourceType> Under(string root)
    {
        var folder = Path.Combine(Repository(), root);
        return Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .SelectMany(file => Read(file, Path.GetRelativePath(folder, Path.GetDirectoryName(file)!).Replace('\\', '/')));
    }

    private static IEnumerable<SourceType> Read(string file, string folder) =>
        CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetCompilationUnitRoot().Members
            .OfType<BaseNamespaceDeclarationSyntax>()
            .SelectMany(space => space.Members.Select(member => Of(member, space.Name.ToString(), folder)))
            .OfType<SourceType>();

    private static SourceType? Of(MemberDeclarationSyntax member, string space, string folder)
    {
        var (name, parameters) = member switch
        {
            TypeDeclarationSyntax type => (type.Identifier.Text, type.TypeParameterList),
            DelegateDeclarationSyntax type => (type.Identifier.Text, type.TypeParameterList),
            EnumDeclarationSyntax type => (type.Identifier.Text, null),
            _ => (null, null),
        };
        return name is null ? null : new SourceType(space, parameters is null ? name : $"{name}`{parameters.Parameters.Count}", folder, member.Modifiers.Any(m => m.IsKind(SyntaxKind.PublicKeyword)));
    }

    private static string Repository([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "../../.."));
}
