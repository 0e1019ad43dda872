using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace QCluster.Analyzers;

/// <summary>Checks calls of the library at compile time: names, arrays as arguments, methods in expressions.</summary>
internal static class CallAnalysis
{
    private static readonly string[] FunctionParameters = ["func", "Func", "task"];
    private static readonly string[] Callbacks = ["Hook", "Callback"];
    private static readonly string[] Enqueuing = ["Async", "AsyncOn", "RunAsync", "RunOnAsync"];
    private static readonly string[] Registering = ["Add", "Register"];

    public static void AnalyzeCall(OperationAnalysisContext context, KnownNames names)
    {
        var (method, arguments) = context.Operation switch
        {
            IInvocationOperation call => (call.TargetMethod, call.Arguments),
            IObjectCreationOperation { Constructor: { } constructor } creation => (constructor, creation.Arguments),
            _ => (null, []),
        };
        if (method is null || !IsOurs(method.ContainingType))
            return;
        foreach (var argument in arguments)
        {
            if (argument.Parameter is not { } parameter)
                continue;
            if (parameter.Type.SpecialType == SpecialType.System_String && (FunctionParameters.Contains(parameter.Name) || method.Name == "DelayTask" && parameter.Name == "name"))
                AnalyzeName(context, argument.Value, names, isCallback: false);
            else if (parameter is { Name: "func" or "callback", Type.SpecialType: SpecialType.System_Delegate } && method.ContainingType.Name != "FunctionRegistry")
                AnalyzeDelegate(context, argument.Value);
            else if (parameter.IsParams)
                AnalyzeArray(context, argument);
            else if (parameter.Type is INamedTypeSymbol { Name: "Expression" } && Enqueuing.Contains(method.Name))
                AnalyzeExpression(context, argument.Value, names);
        }

        if (method.ContainingType.Name == "FunctionRegistry" && Registering.Contains(method.Name))
        {
            foreach (var reference in arguments.SelectMany(a => a.Descendants()).OfType<IMethodReferenceOperation>())
                names.AddRegistered(reference.Method);
        }
    }

    /// <summary><c>public override string Name => "..."</c> of a task class.</summary>
    public static void AnalyzeClassName(OperationBlockAnalysisContext context, KnownNames names)
    {
        if (context.OwningSymbol is not IMethodSymbol { AssociatedSymbol: IPropertySymbol { Name: "Name", IsOverride: true } property } || !IsTaskClass(property.ContainingType))
            return;
        foreach (var returned in context.OperationBlocks.SelectMany(b => b.DescendantsAndSelf()).OfType<IReturnOperation>())
        {
            if (returned.ReturnedValue?.ConstantValue is { HasValue: true, Value: string name })
                names.AddClass(name);
        }
    }

    /// <summary><c>new TaskOptions { Hook = "..." }</c>.</summary>
    public static void AnalyzeAssignment(OperationAnalysisContext context, KnownNames names)
    {
        var assignment = (ISimpleAssignmentOperation)context.Operation;
        if (assignment.Target is IPropertyReferenceOperation { Property: { Type.SpecialType: SpecialType.System_String } property } && Callbacks.Contains(property.Name) && IsOurs(property.ContainingType))
            AnalyzeName(context, assignment.Value, names, isCallback: true);
    }

    private static void AnalyzeName(OperationAnalysisContext context, IOperation value, KnownNames names, bool isCallback)
    {
        if (!value.ConstantValue.HasValue || value.ConstantValue.Value is not string name)
            return;
        if (!AttributeSymbols.IsName(name))
            context.ReportDiagnostic(Diagnostic.Create(Rules.InvalidName, value.Syntax.GetLocation(), name));
        else if (value.Syntax is LiteralExpressionSyntax)
            names.AddUse(name, value.Syntax.GetLocation(), isCallback);
    }

    private static void AnalyzeDelegate(OperationAnalysisContext context, IOperation value)
    {
        while (value is IConversionOperation conversion)
            value = conversion.Operand;
        if (value is IAnonymousFunctionOperation or IDelegateCreationOperation { Target: IAnonymousFunctionOperation })
            context.ReportDiagnostic(Diagnostic.Create(Rules.Lambda, value.Syntax.GetLocation()));
    }

    private static void AnalyzeArray(OperationAnalysisContext context, IArgumentOperation argument)
    {
        if (argument is not { ArgumentKind: ArgumentKind.Explicit, Parameter.Type: IArrayTypeSymbol { ElementType.SpecialType: SpecialType.System_Object } })
            return;
        var value = argument.Value;
        while (value is IConversionOperation conversion)
            value = conversion.Operand;
        if (value.Type is IArrayTypeSymbol { ElementType.SpecialType: not SpecialType.System_Object } array)
            context.ReportDiagnostic(Diagnostic.Create(Rules.UnclearArray, value.Syntax.GetLocation(), array.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat), value.Syntax is IdentifierNameSyntax name ? name.Identifier.ValueText : "array"));
    }

    private static void AnalyzeExpression(OperationAnalysisContext context, IOperation value, KnownNames names)
    {
        if (value.DescendantsAndSelf().OfType<IAnonymousFunctionOperation>().FirstOrDefault()?.Body.Operations.FirstOrDefault() is not { } statement)
            return;
        var made = statement.DescendantsAndSelf().OfType<IInvocationOperation>().FirstOrDefault();
        if (made?.TargetMethod is not { } method || !SymbolEqualityComparer.Default.Equals(method.ContainingAssembly, context.Compilation.Assembly))
            return;
        if (!TaskSymbols.AttributesOf(method.OriginalDefinition).Any() && !IsTaskClass(method.ContainingType))
            names.AddCall(method, made.Syntax.GetLocation());
    }

    private static bool IsTaskClass(INamedTypeSymbol type)
    {
        for (var up = type; up is not null; up = up.BaseType)
        {
            if (up.ToDisplayString() == "QCluster.TaskClasses.ClusterTask")
                return true;
        }

        return false;
    }

    private static bool IsOurs(INamedTypeSymbol? type) => type?.ContainingAssembly?.Name is "QCluster" or "QCluster.Testing" or "QCluster.Hosting";
}
