using System.Reflection;
using QCluster.Execution.Functions;

namespace QCluster.Execution.Calls;

/// <summary>Gives the arguments of a call of a known method their declared types.</summary>
internal static class DeclaredArguments
{
    public static TaskCall Of(MethodInfo method, TaskCall call)
    {
        var parameters = method.GetParameters().Where(p => !ParameterKinds.IsInjected(p)).ToArray();
        return call with
        {
            Args = [.. call.Args.Select((value, i) => Declare(value, i < parameters.Length ? parameters[i] : parameters.LastOrDefault(IsRest)))],
            Kwargs = call.Kwargs?.ToDictionary(a => a.Key, a => Declare(a.Value, Array.Find(parameters, p => string.Equals(p.Name, a.Key, StringComparison.OrdinalIgnoreCase))), StringComparer.Ordinal),
        };
    }

    private static object? Declare(object? value, ParameterInfo? parameter) => parameter is null
        ? value
        : TaskArgument.Declared(value, IsRest(parameter) && !parameter.ParameterType.IsInstanceOfType(value) ? parameter.ParameterType.GetElementType()! : parameter.ParameterType);

    private static bool IsRest(ParameterInfo parameter) => ParameterKinds.Of(parameter) == ParameterKind.Rest;
}
