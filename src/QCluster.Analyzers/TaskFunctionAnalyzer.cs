using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace QCluster.Analyzers;

/// <summary>Reports calls and functions at compile time that a worker would refuse, or that would go unnoticed.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TaskFunctionAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc />
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
    [
        Rules.NotSerialisable, Rules.SameName, Rules.AsyncVoid, Rules.WrongName, Rules.NoToken, Rules.NotPartial, Rules.ResultNotSerialisable, Rules.NoStarter,
        Rules.NotAFunction, Rules.InvalidName, Rules.InvalidSetting, Rules.UnknownCallback, Rules.NotATask, Rules.UnclearArray, Rules.Lambda,
    ];

    /// <inheritdoc />
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypeByMetadataName(TaskSymbols.TaskFunctionAttribute) is null)
                return;
            var names = new KnownNames(start.Compilation);
            start.RegisterSymbolAction(symbol => AnalyzeMethod(symbol, names), SymbolKind.Method);
            start.RegisterOperationBlockAction(block => CallAnalysis.AnalyzeClassName(block, names));
            start.RegisterOperationAction(operation => CallAnalysis.AnalyzeCall(operation, names), OperationKind.Invocation, OperationKind.ObjectCreation);
            start.RegisterOperationAction(operation => CallAnalysis.AnalyzeAssignment(operation, names), OperationKind.SimpleAssignment);
            start.RegisterCompilationEndAction(names.Report);
        });
    }

    private static void AnalyzeMethod(SymbolAnalysisContext context, KnownNames names)
    {
        var method = (IMethodSymbol)context.Symbol;
        var attributes = TaskSymbols.AttributesOf(method).ToArray();
        if (attributes.Length == 0 || method.PartialDefinitionPart is not null)
            return;
        var title = $"{method.ContainingType.Name}.{method.Name}";
        var location = method.Locations[0];
        foreach (var attribute in attributes)
            AnalyzeAttribute(context, method, attribute, title, names);
        if (FunctionSymbols.WhyNot(method) is { } why)
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.NotAFunction, location, title, why));
            return;
        }

        if (method.ReturnsVoid && (method.IsAsync || method.PartialImplementationPart?.IsAsync == true))
            context.ReportDiagnostic(Diagnostic.Create(Rules.AsyncVoid, location, title));
        var isTimed = attributes.Any(a => TaskSymbols.Named(a, "Timeout") is string);
        if (isTimed && !method.Parameters.Any(p => p.Type.Name is "CancellationToken" or "TaskContext"))
            context.ReportDiagnostic(Diagnostic.Create(Rules.NoToken, location, title));
        if (!AnalyzeData(context, method, title) && attributes.Any(a => a.AttributeClass?.ToDisplayString() == TaskSymbols.BackgroundTaskAttribute))
            AnalyzeStarter(context, method, title);
    }

    private static void AnalyzeAttribute(SymbolAnalysisContext context, IMethodSymbol method, AttributeData attribute, string title, KnownNames names)
    {
        var location = attribute.ApplicationSyntaxReference?.GetSyntax(context.CancellationToken).GetLocation() ?? method.Locations[0];
        var name = TaskSymbols.NameOf(method, attribute);
        if (AttributeSymbols.IsName(name))
            names.Add(name, method);
        else if (attribute.ConstructorArguments.Length > 0)
            context.ReportDiagnostic(Diagnostic.Create(Rules.InvalidName, location, name));
        foreach (var (setting, value, write) in AttributeSymbols.Problems(attribute))
            context.ReportDiagnostic(Diagnostic.Create(Rules.InvalidSetting, location, title, setting, value, write));
    }

    /// <summary>Checks arguments and result. True if one of them cannot travel.</summary>
    private static bool AnalyzeData(SymbolAnalysisContext context, IMethodSymbol method, string title)
    {
        var isRefused = false;
        foreach (var parameter in method.Parameters)
        {
            var problem = parameter.RefKind != RefKind.None ? "by reference" : TaskSymbols.IsInjected(parameter) ? null : Serialisability.Problem(parameter.Type);
            if (problem is null)
                continue;
            isRefused = true;
            context.ReportDiagnostic(Diagnostic.Create(Rules.NotSerialisable, parameter.Locations[0], parameter.Name, title, problem));
        }

        if (FunctionSymbols.ResultProblem(method) is { } ofResult)
        {
            isRefused = true;
            context.ReportDiagnostic(Diagnostic.Create(Rules.ResultNotSerialisable, method.Locations[0], title, ofResult));
        }

        return isRefused;
    }

    private static void AnalyzeStarter(SymbolAnalysisContext context, IMethodSymbol method, string title)
    {
        if (StarterRules.FirstNotPartial(method.ContainingType) is { } type)
            context.ReportDiagnostic(Diagnostic.Create(Rules.NotPartial, method.Locations[0], title, type.Name));
        else if (StarterRules.WhyNone(method) is { } why)
            context.ReportDiagnostic(Diagnostic.Create(Rules.NoStarter, method.Locations[0], title, why));
    }
}
