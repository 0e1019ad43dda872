using System.Reflection;
using System.Text;
using Microsoft.Extensions.DependencyInjection;

namespace QCluster.Execution.Functions;

/// <summary>One parameter of a task function, and the source of its value.</summary>
internal sealed class FunctionParameter
{
    public FunctionParameter(ParameterInfo info)
    {
        Type = info.ParameterType;
        Name = info.Name ?? "arg" + info.Position;
        Utf8Name = Encoding.UTF8.GetBytes(Name);
        Kind = ParameterKinds.Of(info);
        ServiceKey = info.GetCustomAttribute<FromKeyedServicesAttribute>()?.Key;
        HasDefault = info.HasDefaultValue || info.IsOptional || Kind is ParameterKind.Rest or ParameterKind.NamedRest;
        Default = info.HasDefaultValue ? Normalise(info.DefaultValue, Type) : null;
        var nullability = new NullabilityInfoContext().Create(info);
        RejectsNull = !Type.IsValueType && (Kind == ParameterKind.Rest ? nullability.ElementType : nullability)?.WriteState == NullabilityState.NotNull;
    }

    public string Name { get; }

    public byte[] Utf8Name { get; }

    public Type Type { get; }

    public ParameterKind Kind { get; }

    public object? ServiceKey { get; }

    public bool HasDefault { get; }

    public object? Default { get; }

    /// <summary>True if the parameter refuses null; for <c>params</c>, if an element does.</summary>
    public bool RejectsNull { get; }

    public bool IsInjected => ParameterKinds.IsInjected(Kind);

    /// <summary>Tells whether an argument has a type that the worker's services know, so that its author expected injection.</summary>
    public bool IsUnmarkedService(IServiceProviderIsService services) => Kind == ParameterKind.Argument && MayBeService(Type) && services.IsService(Type);

    public override string ToString()
    {
        var text = CSharpNames.Of(Type) + " " + Name;
        if (Kind == ParameterKind.Rest)
            return "params " + text;
        return HasDefault && Kind == ParameterKind.Argument ? text + " = " + Describe(Default) : text;
    }

    // Containers answer yes for every IEnumerable<T>; a list of values is an argument all the same.
    private static bool MayBeService(Type type) =>
        !type.IsValueType && type != typeof(string) && type != typeof(object) && !type.IsArray
        && !(type.IsConstructedGenericType && type.GetGenericTypeDefinition() == typeof(IEnumerable<>));

    // Reflection gives the default of an enum? as a plain number.
    private static object? Normalise(object? value, Type type)
    {
        var underlying = Nullable.GetUnderlyingType(type) ?? type;
        return value is not null && underlying.IsEnum && !value.GetType().IsEnum ? Enum.ToObject(underlying, value) : value;
    }

    private string Describe(object? value) => value switch
    {
        null => Type.IsValueType && Nullable.GetUnderlyingType(Type) is null ? "default" : "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? "default",
    };
}
