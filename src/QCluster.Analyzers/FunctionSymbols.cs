using System.Linq;
using Microsoft.CodeAnalysis;

namespace QCluster.Analyzers;

/// <summary>The requirements for a task function, the same as those of <c>FunctionRules</c> of the library, which refuses others at registration.</summary>
internal static class FunctionSymbols
{
    /// <summary>Returns why a method cannot be a task function, with the remedy; null if it can.</summary>
    public static string? WhyNot(IMethodSymbol method)
    {
        for (var type = method.ContainingType; type is not null; type = type.ContainingType)
        {
            if (type.IsGenericType)
                return $"its class {type.Name} is generic, and a task does not say which type is meant. Move the method to a class that is not generic, or register it for each type with FunctionRegistry.Add";
        }

        if (method.IsGenericMethod)
            return "it is generic, and a task does not name the type. Write a method for each type, take object?, or register it for each type with FunctionRegistry.Add";
        if (method is { IsStatic: false, ContainingType.IsValueType: true })
            return "it is an instance method of a struct. Make it static, or the struct a class";
        if (method.IsVararg)
            return "it takes __arglist. Take params object?[] instead";
        return method is { IsStatic: true, IsAbstract: true } ? "it is abstract and static, so there is nothing to call. Mark the methods that implement it" : null;
    }

    /// <summary>Returns why the value cannot leave the call; null if it can.</summary>
    public static string? ResultProblem(IMethodSymbol method)
    {
        if (method.ReturnsByRef || method.ReturnsByRefReadonly)
            return "a reference";
        return ValueOf(method.ReturnType) is { } value ? Serialisability.Problem(value) : null;
    }

    /// <summary>The type of the final value; null without a value.</summary>
    public static ITypeSymbol? ValueOf(ITypeSymbol type)
    {
        if (type.SpecialType == SpecialType.System_Void)
            return null;
        if (type is INamedTypeSymbol { Name: "Task" or "ValueTask" } task && task.ContainingNamespace?.ToDisplayString() == "System.Threading.Tasks")
            return task.TypeArguments.FirstOrDefault();
        return type;
    }
}
