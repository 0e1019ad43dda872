using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace QCluster.Wire.Values;

/// <summary>
/// Tells whether the values of a type can be read back as they were written, decided once for each type from its JSON contract. JSON writes many types that it reads
/// with members missing, silently. <c>Serialisability</c> of the analyzers has the same rule at compile time; a test compares the two.
/// </summary>
internal sealed class RoundTripRule(JsonSerializerOptions json)
{
    private readonly ConcurrentDictionary<Type, string?> _problems = new();

    /// <summary>Returns the data that values of this type would lose, with the remedy; null if none.</summary>
    public string? Problem(Type type) => _problems.GetOrAdd(type, static (type, self) => self.Find(type, isDeclared: true), this);

    /// <summary>
    /// The same for a value of an unknown declared type. A collection of a type without a public name, such as the result of
    /// LINQ's operators, is always read as another collection.
    /// </summary>
    public string? ProblemOfValue(Type type) => type.IsVisible ? Problem(type) : _problems.GetOrAdd(type, static (type, self) => self.Find(type, isDeclared: false), this);

    private string? Find(Type type, bool isDeclared)
    {
        try
        {
            return Find(type, [], isDeclared);
        }
        catch (Exception e) when (e is NotSupportedException or InvalidOperationException or ArgumentException)
        {
            // The contract cannot be created: writing reports that, with the cause.
            return null;
        }
    }

    private string? Find(Type type, HashSet<Type> above, bool isDeclared)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(object) || DirectFormats.Find(type) is not null || !above.Add(type))
            return null;
        if (UnserialisableConverterFactory.WhyNot(type) is { } why)
            return why;
        if (typeof(ITuple).IsAssignableFrom(type) && type.IsValueType)
        {
            if (!ReflectionSupport.IsEnabled && !json.IncludeFields)
                return "a trimmed program does not send or read value tuples. Declare a record, or an array.";
            return InPart(type.GetGenericArguments(), above, static part => $"its item of type {part}");
        }

        var contract = json.GetTypeInfo(type);
        return contract.Kind switch
        {
            JsonTypeInfoKind.Enumerable => InPart([contract.ElementType ?? typeof(object)], above, static part => $"its element type {part}") ?? (isDeclared ? OfCollection(contract, "[]"u8) : null),
            JsonTypeInfoKind.Dictionary => InPart([contract.ElementType ?? typeof(object)], above, static part => $"its value type {part}") ?? (isDeclared ? OfCollection(contract, "{}"u8) : null),
            JsonTypeInfoKind.Object => OfObject(contract, above),
            _ => null,
        };
    }

    private string? InPart(IEnumerable<Type> parts, HashSet<Type> above, Func<string, string> say)
    {
        foreach (var part in parts)
        {
            if (Find(part, above, isDeclared: true) is { } problem)
                return $"{say(part.ToString())} cannot make the way there and back: {problem}";
        }

        return null;
    }

    private static string? OfCollection(JsonTypeInfo contract, ReadOnlySpan<byte> empty)
    {
        var type = contract.Type;
        if (type.IsGenericType && type.GetGenericTypeDefinition() is { } definition && (definition.FullName is "System.Collections.Generic.Stack`1" or "System.Collections.Concurrent.ConcurrentStack`1" || definition.FullName!.EndsWith(".ImmutableStack`1", StringComparison.Ordinal) || definition.FullName.EndsWith(".IImmutableStack`1", StringComparison.Ordinal)))
            return "JSON reads a stack upside down. Send an array.";
        if (type.FullName is "System.Collections.Stack")
            return "JSON reads a stack upside down. Send an array.";
        try
        {
            JsonSerializer.Deserialize(empty, contract);
            return null;
        }
        catch (NotSupportedException)
        {
            return "it can be written, but no such collection can be filled when it is read. Send an array, a List or a Dictionary, or declare the interface, such as IReadOnlyList<T>.";
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return null; // An empty one is refused by its own code.
        }
    }

    private string? OfObject(JsonTypeInfo contract, HashSet<Type> above)
    {
        var type = contract.Type;
        if (contract.PolymorphismOptions is { } kinds)
        {
            if (InPart(kinds.DerivedTypes.Select(d => d.DerivedType).Where(d => d != type), above, static part => $"its kind {part}") is { } ofKind)
                return ofKind;
            if (type.IsAbstract || type.IsInterface)
                return null;
        }
        else if (type.IsAbstract || type.IsInterface)
        {
            return "it is abstract, and nothing says which of its kinds a value is. Take a concrete type, or name the kinds with [JsonDerivedType].";
        }

        return OfConstructor(contract) ?? OfMembers(contract, above);
    }

    private static string? OfConstructor(JsonTypeInfo contract)
    {
        if (contract.CreateObject is not null)
            return null;
        if (contract.ConstructorAttributeProvider is not ConstructorInfo constructor)
        {
            // A generated contract keeps its constructor to itself.
            return contract.OriginatingResolver is DefaultJsonTypeInfoResolver ? "it has several constructors, or none that is public, so that none can be chosen when it is read. Mark one with [JsonConstructor], or add one without parameters." : null;
        }

        foreach (var parameter in constructor.GetParameters())
        {
            if (!contract.Properties.Any(p => p.AssociatedParameter?.Position == parameter.Position))
                return $"its constructor takes '{parameter.Name}', and no member of that name and type travels. Give parameter and property the same name.";
        }

        return null;
    }

    private string? OfMembers(JsonTypeInfo contract, HashSet<Type> above)
    {
        var travelling = contract.Properties.Where(static p => p.Get is not null && !p.IsExtensionData).ToArray();
        foreach (var member in travelling)
        {
            if (!IsRestored(contract, member) && IsStored(member))
                return $"its member {NameOf(member)} can be read but not set again, so it would arrive empty. {Remedy(contract.Type)}, or mark it [JsonIgnore] if it need not travel.";
        }

        if (!contract.Properties.Any(p => IsRestored(contract, p) || p.IsExtensionData) && HasState(contract.Type))
            return $"none of its members can be set again, so it would arrive empty. {Remedy(contract.Type)}, or send what it is made of.";
        foreach (var member in travelling)
        {
            if (member.CustomConverter is null && Find(member.PropertyType, above, isDeclared: true) is { } problem)
                return $"its member {NameOf(member)}: {problem}";
        }

        return null;
    }

    private static string Remedy(Type type) => type.IsValueType
        ? "Give it an init or set accessor, or mark the constructor that takes it with [JsonConstructor]"
        : "Give it an init or set accessor, or take it in the constructor by a parameter of its name";

    private bool IsRestored(JsonTypeInfo contract, JsonPropertyInfo member) =>
        member.Set is not null || member.AssociatedParameter is not null
        || (member.ObjectCreationHandling ?? contract.PreferredPropertyObjectCreationHandling ?? json.PreferredObjectCreationHandling) == System.Text.Json.Serialization.JsonObjectCreationHandling.Populate;

    private static string NameOf(JsonPropertyInfo member) => (member.AttributeProvider as MemberInfo)?.Name ?? member.Name;

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "Fields that trimming has removed are used by nobody, so nothing of them can be lost.")]
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "Fields that trimming has removed are used by nobody, so nothing of them can be lost.")]
    private static bool HasState(Type type)
    {
        for (var part = type; part is not null && part != typeof(object) && part != typeof(ValueType); part = part.BaseType)
        {
            if (part.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly).Length > 0)
                return true;
        }

        return false;
    }

    /// <summary>Tells whether a member returns a stored field, not a computed value.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "A field that trimming has removed is used by nobody, so nothing is stored in it.")]
    private static bool IsStored(JsonPropertyInfo member) => member.AttributeProvider switch
    {
        FieldInfo => true,
        PropertyInfo { DeclaringType: { } type } property => type.GetField($"<{property.Name}>k__BackingField", BindingFlags.Instance | BindingFlags.NonPublic) is not null || (ReflectionSupport.IsEnabled && ReturnsField(property.GetMethod)),
        _ => false,
    };

    [RequiresUnreferencedCode(ReflectionSupport.ReadsTypes)]
    private static bool ReturnsField(MethodInfo? getter)
    {
        const byte nop = 0x00, loadThis = 0x02, loadField = 0x7b, @return = 0x2a;
        if (getter is null || getter.IsAbstract || getter.GetMethodBody()?.GetILAsByteArray() is not { } code)
            return false;
        var at = 0;
        while (at < code.Length && code[at] == nop)
            at++;
        if (code.Length < at + 7 || code[at] != loadThis || code[at + 1] != loadField)
            return false;
        // Unoptimised code stores the value in a local, and loads it again, before it returns.
        return code[at + 6] == @return || code[(at + 6)..] is [0x0a, 0x2b, 0x00, 0x06, @return];
    }
}
