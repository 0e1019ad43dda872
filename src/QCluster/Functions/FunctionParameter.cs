using System.Reflection;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace QCluster.Functions;

/// <summary>One parameter of a task function, and where its value comes from.</summary>
internal sealed class FunctionParameter
{
    public FunctionParameter(ParameterInfo info)
    {
        Type = info.ParameterType;
        Name = info.Name ?? "arg" + info.Position;
        Utf8Name = Encoding.UTF8.GetBytes(Name);
        Kind = KindOf(info);
        ServiceKey = info.GetCustomAttribute<FromKeyedServicesAttribute>()?.Key;
        HasDefault = info.HasDefaultValue || info.IsOptional || Kind is ParameterKind.Rest or ParameterKind.NamedRest;
        Default = info.HasDefaultValue ? Normalise(info.DefaultValue, Type) : null;
        RejectsNull = !Type.IsValueType && new NullabilityInfoContext().Create(info).WriteState == NullabilityState.NotNull;
    }

    public string Name { get; }

    public byte[] Utf8Name { get; }

    public Type Type { get; }

    public ParameterKind Kind { get; private set; }

    public object? ServiceKey { get; }

    public bool HasDefault { get; }

    public object? Default { get; }

    public bool RejectsNull { get; }

    public bool IsInjected => Kind > ParameterKind.NamedRest;

    public bool NeedsServices => Kind >= ParameterKind.Services;

    /// <summary>Arguments of a type that the worker's services know are supplied by them.</summary>
    public void Resolve(IServiceProviderIsService services)
    {
        if (Kind == ParameterKind.Argument && MayBeService(Type) && services.IsService(Type))
            Kind = ParameterKind.Service;
    }

    public static ParameterKind KindOf(ParameterInfo info)
    {
        var type = info.ParameterType;
        if (type == typeof(CancellationToken))
            return ParameterKind.CancellationToken;
        if (type == typeof(TaskContext))
            return ParameterKind.Context;
        if (type == typeof(TaskRecord))
            return ParameterKind.Record;
        if (type == typeof(TaskRecord[]) || type == typeof(IReadOnlyList<TaskRecord>))
            return ParameterKind.Records;
        if (type == typeof(ILogger))
            return ParameterKind.Logger;
        if (type.IsConstructedGenericType && type.GetGenericTypeDefinition() == typeof(ILogger<>))
            return ParameterKind.TypedLogger;
        if (type == typeof(IServiceProvider))
            return ParameterKind.Services;
        if (info.IsDefined(typeof(FromServicesAttribute)))
            return ParameterKind.Service;
        if (info.IsDefined(typeof(FromKeyedServicesAttribute)))
            return ParameterKind.KeyedService;
        if (type.IsSZArray && info.IsDefined(typeof(ParamArrayAttribute)))
            return ParameterKind.Rest;
        if (info.Name == "kwargs" && type.IsAssignableFrom(typeof(Dictionary<string, object?>)) && type != typeof(object))
            return ParameterKind.NamedRest;
        return ParameterKind.Argument;
    }

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
