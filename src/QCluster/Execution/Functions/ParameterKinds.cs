using System.Reflection;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using QCluster.Wire.Values;

namespace QCluster.Execution.Functions;

/// <summary>
/// The one rule for the source of a parameter's value: the call, or the worker. It uses type and attributes alone, since the caller does not know the
/// worker's services. <c>TaskSymbols.IsInjected</c> of the analyzers is the same rule; a test compares the two.
/// </summary>
internal static class ParameterKinds
{
    private const string FromServicesOfMvc = "Microsoft.AspNetCore.Mvc.FromServicesAttribute";

    public static ParameterKind Of(ParameterInfo info)
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
        if (info.IsDefined(typeof(FromKeyedServicesAttribute)))
            return ParameterKind.KeyedService;
        if (type == typeof(TimeProvider) || info.IsDefined(typeof(InjectedAttribute)) || info.CustomAttributes.Any(static a => a.AttributeType.FullName == FromServicesOfMvc) || IsService(type))
            return ParameterKind.Service;
        if (type.IsSZArray && info.IsDefined(typeof(ParamArrayAttribute)))
            return ParameterKind.Rest;
        if (info.Name == "kwargs" && type.IsConstructedGenericType && type.IsAssignableFrom(typeof(Dictionary<string, object?>)))
            return ParameterKind.NamedRest;
        return ParameterKind.Argument;
    }

    public static bool IsInjected(ParameterInfo info) => IsInjected(Of(info));

    public static bool IsInjected(ParameterKind kind) => kind > ParameterKind.NamedRest;

    /// <summary>An interface cannot be created from data, so it is a service, unless it is a collection or describes its JSON or MessagePack form.</summary>
    private static bool IsService(Type type) =>
        type.IsInterface && !IsSequence(type)
        && !type.IsDefined(typeof(JsonDerivedTypeAttribute), inherit: false) && !type.IsDefined(typeof(JsonPolymorphicAttribute), inherit: false) && !type.IsDefined(typeof(JsonConverterAttribute), inherit: false)
        && !MessagePackValues.IsUnion(type);

    private static bool IsSequence(Type type) =>
        type.Namespace is "System.Linq" || type.Namespace?.StartsWith("System.Collections", StringComparison.Ordinal) == true;
}
