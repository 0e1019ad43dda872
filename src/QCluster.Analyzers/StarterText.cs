using System.Globalization;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;

namespace QCluster.Analyzers;

/// <summary>The text of one starter.</summary>
internal sealed class StarterText(IMethodSymbol method, AttributeData attribute, IParameterSymbol[] arguments)
{
    private static readonly SymbolDisplayFormat TypeFormat = SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private readonly string _self = $"{method.ContainingType.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)}.{StarterRules.NameOf(method)}";

    private static string Access(IMethodSymbol method) => method.DeclaredAccessibility switch
    {
        Accessibility.Public => "public",
        Accessibility.Private => "private",
        Accessibility.Protected => "protected",
        Accessibility.ProtectedAndInternal => "private protected",
        Accessibility.ProtectedOrInternal => "protected internal",
        _ => "internal",
    };

    public void WriteTo(StringBuilder text)
    {
        var declared = Declared();
        var given = string.Join(", ", arguments.Select(p => "@" + p.Name));
        var client = "client";
        while (arguments.Any(p => p.Name == client))
            client = "_" + client;
        var more = declared.Length == 0 ? "" : ", ";
        text.Append($$"""
            /// <summary>Starts {{method.ContainingType.Name}}.{{method.Name}} as a background task.</summary>
            {{Obsolete()}}{{Access(method)}} static class {{StarterRules.NameOf(method)}}
            {
                /// <summary>The name it is registered by.</summary>
                public const string Name = {{Literals.Of(TaskSymbols.NameOf(method, attribute))}};

                /// <summary>The options of its calls, from its attribute.</summary>
                public static global::QCluster.TaskOptions Options { get; } = new()
                {
                    Priority = {{Number(attribute, "Priority", 5)}},
                    Isolated = {{(Number(attribute, "Type", 0) == "1" ? "true" : "false")}},
                    Callback = {{Text(attribute, "Callback")}},
                    Queue = {{Text(attribute, "Queue")}},
                };

                /// <summary>Creates a call, to enqueue with other options, in a chain or in a set.</summary>
                public static global::QCluster.TaskCall Call({{declared}}) => new global::QCluster.TaskCall({{_self}}.Name) { Args = {{Positional()}}{{Named()}} };

                /// <summary>Enqueues a call and gives its id.</summary>
                public static global::System.Threading.Tasks.Task<string> Start({{declared}}) => global::QCluster.Tasks.Default.Async({{_self}}.Call({{given}}), {{_self}}.Options);

                /// <summary>Enqueues a call through this client and returns its id.</summary>
                public static global::System.Threading.Tasks.Task<string> StartWith(global::QCluster.IQClusterClient {{client}}{{more}}{{declared}}) => {{client}}.Async({{_self}}.Call({{given}}), {{_self}}.Options);

            """);
        if (FunctionSymbols.ValueOf(method.ReturnType) is { } type)
        {
            var value = type.ToDisplayString(TypeFormat);
            text.Append($$"""

                    /// <summary>Runs a call in the cluster and returns its value.</summary>
                    public static global::System.Threading.Tasks.Task<{{value}}> Apply({{declared}}) => global::QCluster.BackgroundTasks.BackgroundTaskExtensions.Apply<{{value}}>(global::QCluster.Tasks.Default, {{_self}}.Call({{given}}), {{_self}}.Options);

                    /// <summary>Runs a call in the cluster through this client and returns its value.</summary>
                    public static global::System.Threading.Tasks.Task<{{value}}> ApplyWith(global::QCluster.IQClusterClient {{client}}{{more}}{{declared}}) => global::QCluster.BackgroundTasks.BackgroundTaskExtensions.Apply<{{value}}>({{client}}, {{_self}}.Call({{given}}), {{_self}}.Options);

                """);
        }

        text.Append("}\n");
    }

    private string Declared()
    {
        var isOptional = false;
        return string.Join(", ", arguments.Select(p =>
        {
            // [Optional] without a default behind one that has a default must have one too.
            var value = p.HasExplicitDefaultValue ? Literals.Of(p.Type, p.ExplicitDefaultValue) : isOptional && !p.IsParams ? "default" : null;
            isOptional |= value is not null;
            return $"{(p.IsParams ? "params " : "")}{p.Type.ToDisplayString(TypeFormat)} @{p.Name}{(value is null ? "" : " = " + value)}";
        }));
    }

    private string Positional() => "[" + string.Join(", ", arguments.Where(p => !TaskSymbols.IsNamedRest(p)).Select(p => TaskSymbols.IsRest(p) ? Spread(p) : Typed(p.Type, "@" + p.Name))) + "]";

    private static string Spread(IParameterSymbol rest)
    {
        var element = ((IArrayTypeSymbol)rest.Type).ElementType;
        return IsExact(element)
            ? $".. global::System.Linq.Enumerable.Cast<object?>(@{rest.Name})"
            : $".. global::System.Linq.Enumerable.Select(@{rest.Name}, static item => (object?){Typed(element, "item")})";
    }

    private string Named() => arguments.FirstOrDefault(TaskSymbols.IsNamedRest) is { } rest
        ? $", Kwargs = @{rest.Name} is null ? null : new global::System.Collections.Generic.Dictionary<string, object?>(@{rest.Name})"
        : "";

    /// <summary>Adds the declared type, where a value may have another one.</summary>
    private static string Typed(ITypeSymbol type, string value) => IsExact(type) ? value : $"global::QCluster.TaskArgument.As<{type.ToDisplayString(TypeFormat)}>({value})";

    private static bool IsExact(ITypeSymbol type) => type is IArrayTypeSymbol array
        ? array.ElementType is not IArrayTypeSymbol && IsExact(array.ElementType)
        : type.IsValueType || type.IsSealed && !IsKind(type) || type.TypeKind == TypeKind.Dynamic || type.SpecialType == SpecialType.System_Object;

    private static bool IsKind(ITypeSymbol type)
    {
        for (var up = type.BaseType; up is not null; up = up.BaseType)
        {
            if (RoundTripSymbols.HasKinds(up))
                return true;
        }

        return type.AllInterfaces.Any(RoundTripSymbols.HasKinds);
    }

    /// <summary>Starting an obsolete method gives the same warning as calling it.</summary>
    private string Obsolete()
    {
        if (method.GetAttributes().FirstOrDefault(a => a.AttributeClass?.ToDisplayString() == "System.ObsoleteAttribute") is not { } obsolete)
            return "";
        var given = obsolete.ConstructorArguments.Select(a => a.Value is bool isError ? isError ? "true" : "false" : a.Value is string text ? Literals.Of(text) : "null");
        return $"[global::System.Obsolete({string.Join(", ", given)})]\n";
    }

    private static string Number(AttributeData attribute, string property, int otherwise) =>
        System.Convert.ToString(TaskSymbols.Named(attribute, property) ?? otherwise, CultureInfo.InvariantCulture)!;

    private static string Text(AttributeData attribute, string property) =>
        TaskSymbols.Named(attribute, property) is string text ? Literals.Of(text) : "null";
}
