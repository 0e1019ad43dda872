using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace QCluster.Analyzers;

/// <summary>Catches at compile time what a worker would refuse or nobody would notice.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TaskFunctionAnalyzer : DiagnosticAnalyzer
{
    private static readonly string[] Enqueuing = ["Async", "DelayTask", "AsyncIter"];

    /// <inheritdoc />
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        [Rules.NotSerialisable, Rules.SameName, Rules.AsyncVoid, Rules.WrongName, Rules.NoToken, Rules.NotPartial];

    /// <inheritdoc />
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypeByMetadataName(TaskSymbols.TaskFunctionAttribute) is null)
                return;
            var names = new ConcurrentBag<(string Name, IMethodSymbol Method)>();
            var literals = new ConcurrentBag<(string Name, Location Location)>();
            start.RegisterSymbolAction(symbol => AnalyzeMethod(symbol, names), SymbolKind.Method);
            start.RegisterSyntaxNodeAction(node => CollectLiteral(node, literals), SyntaxKind.InvocationExpression, SyntaxKind.ObjectCreationExpression);
            start.RegisterCompilationEndAction(end => AnalyzeNames(end, names, literals));
        });
    }

    private static void AnalyzeMethod(SymbolAnalysisContext context, ConcurrentBag<(string Name, IMethodSymbol Method)> names)
    {
        var method = (IMethodSymbol)context.Symbol;
        var attributes = TaskSymbols.AttributesOf(method).ToArray();
        if (attributes.Length == 0)
            return;
        var title = $"{method.ContainingType.Name}.{method.Name}";
        var location = method.Locations[0];
        foreach (var attribute in attributes)
            names.Add((TaskSymbols.NameOf(method, attribute), method));
        if (method is { IsAsync: true, ReturnsVoid: true })
            context.ReportDiagnostic(Diagnostic.Create(Rules.AsyncVoid, location, title));
        foreach (var parameter in method.Parameters)
        {
            var problem = parameter.RefKind != RefKind.None ? "by reference" : TaskSymbols.IsInjected(parameter) ? null : Serialisability.Problem(parameter.Type);
            if (problem is not null)
                context.ReportDiagnostic(Diagnostic.Create(Rules.NotSerialisable, parameter.Locations[0], parameter.Name, title, problem));
        }

        var isTimed = attributes.Any(a => TaskSymbols.Named(a, "Timeout") is string);
        if (isTimed && !method.Parameters.Any(p => p.Type.Name is "CancellationToken" or "TaskContext"))
            context.ReportDiagnostic(Diagnostic.Create(Rules.NoToken, location, title));
        if (attributes.Any(a => a.AttributeClass?.ToDisplayString() == TaskSymbols.BackgroundTaskAttribute) && StarterGenerator.FirstNotPartial(method.ContainingType) is { } type)
            context.ReportDiagnostic(Diagnostic.Create(Rules.NotPartial, location, title, type.Name));
    }

    /// <summary>The name in <c>Async("name", ...)</c> and the like, and in <c>new TaskCall("name", ...)</c>.</summary>
    private static void CollectLiteral(SyntaxNodeAnalysisContext context, ConcurrentBag<(string Name, Location Location)> literals)
    {
        var arguments = context.Node switch
        {
            InvocationExpressionSyntax call => call.ArgumentList,
            ObjectCreationExpressionSyntax creation => creation.ArgumentList,
            _ => null,
        };
        if (arguments?.Arguments.FirstOrDefault()?.Expression is not LiteralExpressionSyntax literal || !literal.IsKind(SyntaxKind.StringLiteralExpression))
            return;
        if (context.SemanticModel.GetSymbolInfo(context.Node, context.CancellationToken).Symbol is not IMethodSymbol { Parameters.Length: > 0 } method || method.Parameters[0].Type.SpecialType != SpecialType.System_String)
            return;
        var type = method.ContainingType.ToDisplayString();
        var isCall = method.MethodKind == MethodKind.Constructor
            ? type is "QCluster.TaskCall" or "QCluster.AsyncTask" or "QCluster.ChainStep"
            : type is "QCluster.Tasks" or "QCluster.IQClusterClient" or "QCluster.QClusterClient" or "QCluster.ClusterTaskCalls" && Array.IndexOf(Enqueuing, method.Name) >= 0;
        if (isCall)
            literals.Add((literal.Token.ValueText, literal.GetLocation()));
    }

    private static void AnalyzeNames(CompilationAnalysisContext context, ConcurrentBag<(string Name, IMethodSymbol Method)> names, ConcurrentBag<(string Name, Location Location)> literals)
    {
        foreach (var same in names.GroupBy(n => n.Name, StringComparer.Ordinal))
        {
            var methods = same.Select(n => n.Method).Distinct<IMethodSymbol>(SymbolEqualityComparer.Default).OrderBy(m => m.ToDisplayString(), StringComparer.Ordinal).ToArray();
            for (var i = 1; i < methods.Length; i++)
                context.ReportDiagnostic(Diagnostic.Create(Rules.SameName, methods[i].Locations[0], same.Key, methods[0].ToDisplayString(), methods[i].ToDisplayString()));
        }

        if (literals.IsEmpty)
            return;
        // A name may be registered in ways that cannot be seen here: only what is nearly one that can be seen is taken for a slip.
        var known = new HashSet<string>(names.Select(n => n.Name).Concat(ReferencedNames(context.Compilation)), StringComparer.Ordinal);
        foreach (var (name, location) in literals)
        {
            if (!known.Contains(name) && known.Where(k => EditDistance.IsSmall(name, k)).OrderBy(k => k, StringComparer.Ordinal).FirstOrDefault() is { } near)
                context.ReportDiagnostic(Diagnostic.Create(Rules.WrongName, location, name, near));
        }
    }

    /// <summary>The names of functions in those assemblies that know QCluster.</summary>
    private static IEnumerable<string> ReferencedNames(Compilation compilation)
    {
        foreach (var assembly in compilation.SourceModule.ReferencedAssemblySymbols.Where(a => a.Modules.Any(m => m.ReferencedAssemblies.Any(r => r.Name == "QCluster"))))
        {
            foreach (var type in TypesOf(assembly.GlobalNamespace))
            {
                foreach (var method in type.GetMembers().OfType<IMethodSymbol>())
                {
                    foreach (var attribute in TaskSymbols.AttributesOf(method))
                        yield return TaskSymbols.NameOf(method, attribute);
                }
            }
        }
    }

    private static IEnumerable<INamedTypeSymbol> TypesOf(INamespaceOrTypeSymbol space)
    {
        foreach (var member in space.GetMembers())
        {
            if (member is INamedTypeSymbol type)
                yield return type;
            if (member is INamespaceOrTypeSymbol inner)
            {
                foreach (var nested in TypesOf(inner))
                    yield return nested;
            }
        }
    }
}
