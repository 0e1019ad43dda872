using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace QCluster.Analyzers;

/// <summary>
/// Tells whether the members of a type can be set when it is read: the decision of the library's <c>RoundTripRule</c> by the JSON contract, as far as symbols show it.
/// Private state of types in other assemblies is not visible; the library refuses those when they are sent.
/// </summary>
internal static class RoundTripSymbols
{
    private const string Json = "System.Text.Json.Serialization.Json";
    private const string Unfillable = "no such collection can be filled when it is read; use an array, a List or a Dictionary, or the interface, such as IReadOnlyList<T>";
    private const string UpsideDown = "JSON reads a stack upside down; use an array";
    private const string Lost = "its data is not in members that can be set again; use what it is made of";

    private static readonly Dictionary<string, string> Framework = new(StringComparer.Ordinal)
    {
        ["System.Collections.ObjectModel.ReadOnlyCollection<T>"] = Unfillable,
        ["System.Collections.ObjectModel.ReadOnlyDictionary<TKey, TValue>"] = Unfillable,
        ["System.Collections.ObjectModel.ReadOnlyObservableCollection<T>"] = Unfillable,
        ["System.Collections.ObjectModel.ReadOnlySet<T>"] = Unfillable,
        ["System.Collections.Generic.IReadOnlySet<T>"] = Unfillable,
        ["System.ArraySegment<T>"] = Unfillable,
        ["System.Linq.IGrouping<TKey, TElement>"] = Unfillable,
        ["System.Linq.ILookup<TKey, TElement>"] = Unfillable,
        ["System.Collections.Concurrent.BlockingCollection<T>"] = Unfillable,
        ["System.Collections.BitArray"] = Unfillable,
        ["System.Collections.Specialized.NameValueCollection"] = Unfillable,
        ["System.Collections.Generic.Stack<T>"] = UpsideDown,
        ["System.Collections.Stack"] = UpsideDown,
        ["System.Collections.Concurrent.ConcurrentStack<T>"] = UpsideDown,
        ["System.Collections.Immutable.ImmutableStack<T>"] = UpsideDown,
        ["System.Collections.Immutable.IImmutableStack<T>"] = UpsideDown,
        ["System.Collections.Generic.PriorityQueue<TElement, TPriority>"] = Lost,
        ["System.Lazy<T>"] = Lost,
        ["System.Index"] = Lost,
        ["System.Range"] = Lost,
        ["System.Text.Rune"] = Lost,
        ["System.Text.StringBuilder"] = Lost,
        ["System.Numerics.Complex"] = Lost,
    };

    public static string? OfFramework(ITypeSymbol type) =>
        Framework.TryGetValue(type.OriginalDefinition.ToDisplayString(), out var why) ? $"{type.ToDisplayString()}: {why}" : null;

    /// <summary>A type of the user that is neither a collection nor has a converter.</summary>
    public static string? OfOwn(INamedTypeSymbol type, Func<ITypeSymbol, string?> problemOf)
    {
        var kinds = type.GetAttributes().Where(a => IsJson(a, "DerivedTypeAttribute")).Select(a => a.ConstructorArguments.FirstOrDefault().Value as ITypeSymbol).Where(t => t is not null).ToArray();
        foreach (var kind in kinds.Where(k => !SymbolEqualityComparer.Default.Equals(k, type)))
        {
            if (problemOf(kind!) is { } problem)
                return $"{type.Name} with its kind {problem}";
        }

        if (type.IsAbstract || type.TypeKind == TypeKind.Interface)
        {
            return kinds.Length > 0 || type.GetAttributes().Any(a => IsJson(a, "PolymorphicAttribute"))
                ? null
                : $"{type.Name}, which is abstract: take a concrete type, or name its kinds with [JsonDerivedType]";
        }

        var constructor = ConstructorOf(type, out var isUnclear);
        if (isUnclear)
            return $"{type.Name}, which has several constructors, or none that is public: mark one with [JsonConstructor], or add one without parameters";
        var members = MembersOf(type).ToArray();
        var taken = constructor?.Parameters ?? [];
        foreach (var parameter in taken)
        {
            if (!members.Any(m => Takes(parameter, m)))
                return $"{type.Name}, whose constructor takes '{parameter.Name}', and no member of that name and type travels: give parameter and property the same name";
        }

        return OfMembers(type, members, taken, problemOf);
    }

    public static bool HasKinds(ISymbol symbol) => symbol.GetAttributes().Any(a => IsJson(a, "DerivedTypeAttribute"));

    public static bool HasConverter(ISymbol symbol) => symbol.GetAttributes().Any(a => IsJson(a, "ConverterAttribute"));

    private static string? OfMembers(INamedTypeSymbol type, ISymbol[] members, IReadOnlyList<IParameterSymbol> taken, Func<ITypeSymbol, string?> problemOf)
    {
        foreach (var member in members)
        {
            if (!IsRestored(type, member, taken) && IsStored(member))
            {
                var remedy = type.IsValueType ? "mark the constructor that takes it with [JsonConstructor]" : "take it in the constructor by a parameter of its name";
                return $"{type.Name}, whose member {member.Name} can be read but not set again, so that it would arrive empty: give it an init or set accessor, {remedy}, or mark it [JsonIgnore]";
            }
        }

        foreach (var member in members.Where(m => !HasConverter(m)))
        {
            if (problemOf(TypeOf(member)) is { } problem)
                return $"{type.Name} with its property {member.Name}: {problem}";
        }

        return null;
    }

    /// <summary>The constructor with parameters that JSON uses; null = the one without.</summary>
    private static IMethodSymbol? ConstructorOf(INamedTypeSymbol type, out bool isUnclear)
    {
        isUnclear = false;
        var all = type.InstanceConstructors;
        if (all.FirstOrDefault(c => c.GetAttributes().Any(a => IsJson(a, "ConstructorAttribute"))) is { } marked)
            return marked.Parameters.Length == 0 ? null : marked;
        if (type.IsValueType || all.Any(c => c.Parameters.Length == 0 && c.DeclaredAccessibility == Accessibility.Public))
            return null;
        var open = all.Where(c => c.DeclaredAccessibility == Accessibility.Public).ToArray();
        isUnclear = open.Length != 1;
        return isUnclear ? null : open[0];
    }

    /// <summary>The properties that travel, and the fields that are marked for it.</summary>
    private static IEnumerable<ISymbol> MembersOf(INamedTypeSymbol type)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var part = type; part is not null && part.SpecialType is not (SpecialType.System_Object or SpecialType.System_ValueType); part = part.BaseType)
        {
            foreach (var member in part.GetMembers())
            {
                if (member.IsStatic || member.IsImplicitlyDeclared && member is not IPropertySymbol || IsIgnored(member) || !seen.Add(member.Name))
                    continue;
                if (member is IPropertySymbol { IsIndexer: false, GetMethod: { } getter } property && (IsPublic(property) && IsPublic(getter) || IsIncluded(member)) && property.Name != "EqualityContract" && !member.GetAttributes().Any(a => IsJson(a, "ExtensionDataAttribute")))
                    yield return property;
                else if (member is IFieldSymbol && IsIncluded(member))
                    yield return member;
            }
        }
    }

    private static bool Takes(IParameterSymbol parameter, ISymbol member) =>
        string.Equals(parameter.Name, member.Name, StringComparison.OrdinalIgnoreCase) && SymbolEqualityComparer.Default.Equals(parameter.Type, TypeOf(member));

    private static bool IsRestored(INamedTypeSymbol type, ISymbol member, IReadOnlyList<IParameterSymbol> taken) => member switch
    {
        IFieldSymbol field => !field.IsReadOnly,
        IPropertySymbol property => property.SetMethod is { } setter && (IsPublic(setter) || IsIncluded(member)) || taken.Any(p => Takes(p, member)) || IsPopulated(member) || IsPopulated(type),
        _ => true,
    };

    private static bool IsPopulated(ISymbol symbol) =>
        symbol.GetAttributes().Any(a => IsJson(a, "ObjectCreationHandlingAttribute") && a.ConstructorArguments.FirstOrDefault().Value is 1);

    /// <summary>Tells whether a member returns a stored field, not a computed value.</summary>
    private static bool IsStored(ISymbol member)
    {
        if (member is not IPropertySymbol property)
            return true;
        var fields = property.ContainingType.GetMembers().OfType<IFieldSymbol>().ToArray();
        if (fields.Any(f => SymbolEqualityComparer.Default.Equals(f.AssociatedSymbol, property)))
            return true;
        var returned = property.DeclaringSyntaxReferences.Select(r => r.GetSyntax()).OfType<PropertyDeclarationSyntax>().Select(ReturnedBy).FirstOrDefault();
        var name = returned switch
        {
            IdentifierNameSyntax identifier => identifier.Identifier.ValueText,
            MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } access => access.Name.Identifier.ValueText,
            _ => null,
        };
        return name is not null && fields.Any(f => f.Name == name && !f.IsStatic && f.Type.IsReferenceType == property.Type.IsReferenceType);
    }

    private static ExpressionSyntax? ReturnedBy(PropertyDeclarationSyntax property)
    {
        if (property.ExpressionBody is { } arrow)
            return arrow.Expression;
        var getter = property.AccessorList?.Accessors.FirstOrDefault(a => a.Keyword.ValueText == "get");
        return getter?.ExpressionBody?.Expression ?? (getter?.Body?.Statements.FirstOrDefault() as ReturnStatementSyntax)?.Expression;
    }

    private static ITypeSymbol TypeOf(ISymbol member) => member is IPropertySymbol property ? property.Type : ((IFieldSymbol)member).Type;

    private static bool IsPublic(ISymbol symbol) => symbol.DeclaredAccessibility == Accessibility.Public;

    private static bool IsIncluded(ISymbol member) => member.GetAttributes().Any(a => IsJson(a, "IncludeAttribute"));

    private static bool IsIgnored(ISymbol member) =>
        member.GetAttributes().Any(a => IsJson(a, "IgnoreAttribute") && a.NamedArguments.FirstOrDefault(n => n.Key == "Condition").Value.Value is null or 1);

    private static bool IsJson(AttributeData attribute, string name)
    {
        for (var type = attribute.AttributeClass; type is not null; type = type.BaseType)
        {
            if (type.ToDisplayString() == Json + name)
                return true;
        }

        return false;
    }
}
