using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace QCluster.Analyzers;

/// <summary>Decides for which background tasks no starter is generated, and why. The generator uses it, and the analyzer reports it.</summary>
internal static class StarterRules
{
    /// <summary>Returns why a task function has no starter; null if it has one, or another rule reports the reason.</summary>
    public static string? WhyNone(IMethodSymbol method)
    {
        var starter = NameOf(method);
        if (method.MethodKind != MethodKind.Ordinary)
            return "it implements an interface explicitly, and has no name of its own to call the starter by";
        if (IsFileLocal(method.ContainingType))
            return "its class is private to its file. Make it internal";
        if (method.ContainingType.Name == starter)
            return $"the starter would be called {starter}, as the class around it is. Rename the method";
        // Analyzers see what was generated too.
        var file = StarterGenerator.FileOf(method);
        if (method.ContainingType.GetMembers(starter).FirstOrDefault(m => m.Locations.Any(l => l.SourceTree?.FilePath.EndsWith(file, StringComparison.Ordinal) != true)) is { } member)
            return $"the starter would be called {starter}, and {method.ContainingType.Name} has a member of that name. Rename one of them";
        var first = method.ContainingType.GetMembers(method.Name).OfType<IMethodSymbol>().Where(IsBackgroundTask).OrderBy(m => m, SourceOrder.Instance).First();
        return SymbolEqualityComparer.Default.Equals(first, method) ? null : $"{starter} is that of another method {method.Name} with [BackgroundTask]. Rename one of them";
    }

    /// <summary>The name of the class that starts a method.</summary>
    public static string NameOf(IMethodSymbol method) => method.Name + "Task";

    /// <summary>The outermost type around a method that cannot be extended; null if there is none.</summary>
    public static INamedTypeSymbol? FirstNotPartial(INamedTypeSymbol type)
    {
        INamedTypeSymbol? found = null;
        for (var outer = type; outer is not null; outer = outer.ContainingType)
        {
            if (!outer.DeclaringSyntaxReferences.Any(r => r.GetSyntax() is TypeDeclarationSyntax declaration && declaration.Modifiers.Any(SyntaxKind.PartialKeyword)))
                found = outer;
        }

        return found;
    }

    public static bool IsBackgroundTask(IMethodSymbol method) => method.GetAttributes().Any(a => a.AttributeClass?.ToDisplayString() == TaskSymbols.BackgroundTaskAttribute);

    private static bool IsFileLocal(INamedTypeSymbol type) => type.IsFileLocal || type.ContainingType is { } outer && IsFileLocal(outer);
}
