using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace QCluster.Wire.Values;

/// <summary>Finds values whose type differs from the type they are written as, with the error that follows: their type is not written, or members are omitted.</summary>
internal sealed class KindRule(JsonSerializerOptions json)
{
    private readonly ConcurrentDictionary<Type, string?> _undeclared = new();

    /// <summary>A value without a declared type whose type derives from another one: it is written without a mark of its type.</summary>
    public string? ProblemOfUndeclared(Type type) => _undeclared.GetOrAdd(type, static (type, self) => self.Find(type), this);

    /// <summary>A value of a type that derives from the one it is written as.</summary>
    public string? ProblemOfOther(Type declared, Type actual)
    {
        if (ContractOf(declared) is not { Kind: JsonTypeInfoKind.Object, PolymorphismOptions: null } contract || ContractOf(actual) is not { Kind: JsonTypeInfoKind.Object } own)
            return null;
        var lost = own.Properties.FirstOrDefault(p => p.Get is not null && contract.Properties.All(q => q.Name != p.Name));
        return lost is null ? null : $"the value is a {actual}, and its member {lost.Name} would be left out. Name that type on {declared.Name} with [JsonDerivedType(typeof({actual.Name}), \"...\")], or send a {declared.Name}.";
    }

    private string? Find(Type type)
    {
        if (ContractOf(type) is not { } contract)
            return null;
        if (contract.Kind is JsonTypeInfoKind.Enumerable or JsonTypeInfoKind.Dictionary)
            return contract.ElementType is { } element && element != typeof(object) ? Find(element) : null;
        if (contract.Kind != JsonTypeInfoKind.Object || contract.PolymorphismOptions is not null || BaseOf(type) is not { } declared)
            return null;
        return $"it is one of the kinds of {declared.Name} ([JsonDerivedType]), and a call by name does not say whether the function takes a {declared.Name} or a {type.Name}. Call by expression or by starter, or write TaskArgument.As<{declared.Name}>(value); as a result, declare {declared.Name} as the return type.";
    }

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "The contract of the interface names this type, so both are kept, and that the one implements the other.")]
    private Type? BaseOf(Type type)
    {
        for (var up = type.BaseType; up is not null && up != typeof(object); up = up.BaseType)
        {
            if (IsKind(up, type))
                return up;
        }

        return Array.Find(type.GetInterfaces(), i => IsKind(i, type));
    }

    private bool IsKind(Type declared, Type kind) =>
        declared.IsDefined(typeof(JsonDerivedTypeAttribute), inherit: false) && ContractOf(declared)?.PolymorphismOptions?.DerivedTypes.Any(d => d.DerivedType == kind) == true;

    /// <summary>Null if there is none: the error of writing has the reason.</summary>
    private JsonTypeInfo? ContractOf(Type type)
    {
        try
        {
            return json.GetTypeInfo(type);
        }
        catch (Exception e) when (e is NotSupportedException or InvalidOperationException or ArgumentException or SerializationException)
        {
            return null;
        }
    }
}
