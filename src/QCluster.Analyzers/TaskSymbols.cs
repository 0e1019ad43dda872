using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace QCluster.Analyzers;

/// <summary>What the compiler's symbols say of task functions.</summary>
internal static class TaskSymbols
{
    public const string TaskFunctionAttribute = "QCluster.TaskFunctionAttribute";
    public const string BackgroundTaskAttribute = "QCluster.BackgroundTaskAttribute";

    private static readonly string[] Injected =
    [
        "System.Threading.CancellationToken", "QCluster.TaskContext", "QCluster.TaskRecord", "Microsoft.Extensions.Logging.ILogger",
        "System.IServiceProvider", "QCluster.IQClusterClient",
    ];

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

    /// <summary>Whether MessagePack's serializer writes a mark in front of its values, of which type they are.</summary>
    public static bool IsUnion(ITypeSymbol type) => type.GetAttributes().Any(a => a.AttributeClass?.ToDisplayString() == "MessagePack.UnionAttribute");

    /// <summary>Whether its values are written by MessagePack's serializer, and its members are that one's affair.</summary>
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

    /// <summary>Whether the worker supplies it: the rest travels with the call.</summary>
    public static bool IsInjected(IParameterSymbol parameter)
    {
        if (parameter.GetAttributes().Any(a => a.AttributeClass?.Name is "FromServicesAttribute" or "FromKeyedServicesAttribute"))
            return true;
        if (Injected.Contains(parameter.Type.WithNullableAnnotation(NullableAnnotation.NotAnnotated).ToDisplayString().TrimEnd('?')))
            return true;
        // An interface that is no collection cannot be made from data: it is a service. A union can: its values say which type they are of.
        return parameter.Type.TypeKind == TypeKind.Interface && !Serialisability.IsCollection(parameter.Type) && parameter.Type.Name != "IAsyncEnumerable" && !IsUnion(parameter.Type);
    }
}
