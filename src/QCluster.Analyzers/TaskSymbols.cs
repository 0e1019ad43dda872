using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace QCluster.Analyzers;

/// <summary>Reads task functions from the symbols of the compiler.</summary>
internal static class TaskSymbols
{
    public const string TaskFunctionAttribute = "QCluster.TaskFunctionAttribute";
    public const string BackgroundTaskAttribute = "QCluster.BackgroundTasks.BackgroundTaskAttribute";

    private static readonly string[] Supplied =
    [
        "System.Threading.CancellationToken", "QCluster.TaskContext", "QCluster.TaskRecord", "QCluster.TaskRecord[]", "System.Collections.Generic.IReadOnlyList<QCluster.TaskRecord>",
        "Microsoft.Extensions.Logging.ILogger", "System.IServiceProvider", "System.TimeProvider",
    ];

    private static readonly string[] Marks = ["QCluster.InjectedAttribute", "Microsoft.Extensions.DependencyInjection.FromKeyedServicesAttribute", "Microsoft.AspNetCore.Mvc.FromServicesAttribute"];

    private static readonly string[] DataMarks = ["System.Text.Json.Serialization.JsonDerivedTypeAttribute", "System.Text.Json.Serialization.JsonPolymorphicAttribute", "System.Text.Json.Serialization.JsonConverterAttribute", "MessagePack.UnionAttribute"];

    private static readonly string[] NamedRests =
    [
        "System.Collections.Generic.Dictionary<string, object>", "System.Collections.Generic.IDictionary<string, object>", "System.Collections.Generic.IReadOnlyDictionary<string, object>",
        "System.Collections.Generic.IEnumerable<System.Collections.Generic.KeyValuePair<string, object>>", "System.Collections.Generic.ICollection<System.Collections.Generic.KeyValuePair<string, object>>",
        "System.Collections.Generic.IReadOnlyCollection<System.Collections.Generic.KeyValuePair<string, object>>",
    ];

    private static readonly SymbolDisplayFormat Plain = SymbolDisplayFormat.CSharpErrorMessageFormat.RemoveMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier | SymbolDisplayMiscellaneousOptions.IncludeNotNullableReferenceTypeModifier);

    public static IEnumerable<AttributeData> AttributesOf(IMethodSymbol method) => method.GetAttributes().Where(a => IsTaskAttribute(a.AttributeClass));

    public static bool IsTaskAttribute(INamedTypeSymbol? attribute)
    {
        for (var type = attribute; type is not null; type = type.BaseType)
        {
            if (type.ToDisplayString() == TaskFunctionAttribute)
                return true;
        }

        return false;
    }

    /// <summary>Tells whether MessagePack's serializer writes a mark of their type before the values.</summary>
    public static bool IsUnion(ITypeSymbol type) => type.GetAttributes().Any(a => a.AttributeClass?.ToDisplayString() == "MessagePack.UnionAttribute");

    /// <summary>Tells whether MessagePack's serializer writes the values, and so decides about the members.</summary>
    public static bool IsMarkedForMessagePack(ITypeSymbol type)
    {
        for (ITypeSymbol? up = type; up is not null; up = up.BaseType)
        {
            if (up.GetAttributes().Any(a => a.AttributeClass?.ToDisplayString() == "MessagePack.MessagePackObjectAttribute"))
                return true;
        }

        return IsUnion(type) || type.GetAttributes().Any(a => a.AttributeClass?.ToDisplayString() == "MessagePack.MessagePackFormatterAttribute");
    }

    /// <summary>The name it is registered by.</summary>
    public static string NameOf(IMethodSymbol method, AttributeData attribute) =>
        attribute.ConstructorArguments.Length > 0 && attribute.ConstructorArguments[0].Value is string name
            ? name
            : method.ContainingType.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat.WithGlobalNamespaceStyle(SymbolDisplayGlobalNamespaceStyle.Omitted)) + "." + method.Name;

    public static object? Named(AttributeData attribute, string property) => attribute.NamedArguments.FirstOrDefault(n => n.Key == property).Value.Value;

    /// <summary>Tells whether the worker supplies the parameter; all others travel with the call. <c>ParameterKinds</c> of the library is the same rule.</summary>
    public static bool IsInjected(IParameterSymbol parameter)
    {
        var type = parameter.Type;
        return Supplied.Contains(type.ToDisplayString(Plain)) || Has(parameter, Marks) || type.TypeKind == TypeKind.Interface && !IsSequence(type) && !Has(type, DataMarks);
    }

    /// <summary>Tells whether the parameter takes all remaining positional arguments.</summary>
    public static bool IsRest(IParameterSymbol parameter) => parameter.IsParams && parameter.Type is IArrayTypeSymbol { IsSZArray: true };

    /// <summary>Tells whether the parameter takes all named arguments without a parameter of their own.</summary>
    public static bool IsNamedRest(IParameterSymbol parameter) =>
        parameter.Name == "kwargs" && parameter.Type is INamedTypeSymbol { TypeArguments.Length: > 0 } type && NamedRests.Contains(type.ToDisplayString(Plain));

    private static bool Has(ISymbol symbol, string[] attributes) => symbol.GetAttributes().Any(a => attributes.Contains(a.AttributeClass?.ToDisplayString()));

    private static bool IsSequence(ITypeSymbol type)
    {
        var space = type.ContainingNamespace?.ToDisplayString() ?? "";
        return space == "System.Linq" || space.StartsWith("System.Collections", StringComparison.Ordinal);
    }
}
