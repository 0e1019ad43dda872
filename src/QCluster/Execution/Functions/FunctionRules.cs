using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace QCluster.Execution.Functions;

/// <summary>The requirements for a task function.</summary>
internal static class FunctionRules
{
    private const int MaxNameLength = 256;

    public static void Check(MethodInfo method)
    {
        if (method.DeclaringType is { ContainsGenericParameters: true } type)
            throw Refuse(method, $"{type.Name} is an open generic type, and a packet does not say which type is meant. Move the method to a type that is not generic.");
        if (method.ContainsGenericParameters)
            throw Refuse(method, "it is generic, and a packet does not say which type is meant. Write a method for each type, or take object?.");
        if (method is { IsStatic: false, DeclaringType.IsValueType: true })
            throw Refuse(method, "it is an instance method of a struct. Make it static, or the struct a class.");
        if (method.CallingConvention.HasFlag(CallingConventions.VarArgs))
            throw Refuse(method, "it takes __arglist. Take params object?[] instead.");
        CheckReturn(method);
        foreach (var parameter in method.GetParameters())
            CheckParameter(method, parameter);
    }

    /// <summary>Tells whether a text can be the name of a function. <c>AttributeSymbols</c> of the analyzers has the same rule.</summary>
    public static bool IsName(string? name) => name is { Length: > 0 and <= MaxNameLength } && !name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c));

    /// <summary>Refuses a call with an invalid name of a function.</summary>
    public static void CheckCalled(string? name, string parameter)
    {
        if (!IsName(name))
            throw new ArgumentException($"The name {(name is null ? "null" : $"'{name}'")} is not valid for a task function: write 1 to {MaxNameLength} characters without blanks and control characters, such as math.copysign.", parameter);
    }

    public static void CheckName(string name, MethodInfo method)
    {
        if (!IsName(name))
            throw Refuse(method, $"the name '{name}' must have 1 to {MaxNameLength} characters and no blanks or control characters.");
        if (name.Contains('<', StringComparison.Ordinal) && method.Name.Contains('<', StringComparison.Ordinal))
            throw Refuse(method, "it is a local function or lambda, whose name changes with the compiler. Name it with [TaskFunction(\"...\")].");
    }

    /// <summary>The name by which workers know a method.</summary>
    /// <exception cref="ArgumentException">The method is a lambda or local function, and has no known name.</exception>
    public static string NameOf(Delegate func)
    {
        ArgumentNullException.ThrowIfNull(func);
        var name = FunctionRegistry.DeclaredName(func.Method);
        return name.Contains('<', StringComparison.Ordinal) && func.Method.Name.Contains('<', StringComparison.Ordinal)
            ? throw new ArgumentException($"The function {name} is a lambda or local function, whose name changes with the compiler: no worker would know it. Give a method, or register it under a name and enqueue that with Async(name, ...).", nameof(func))
            : name;
    }

    private static void CheckReturn(MethodInfo method)
    {
        var type = method.ReturnType;
        if (type == typeof(void) && method.IsDefined(typeof(AsyncStateMachineAttribute)))
            throw Refuse(method, "it is async void, so its end cannot be observed. Return Task.");
        if (Unstorable(type) is { } what)
            throw Refuse(method, $"it returns {what}, which cannot leave the call. Return a value.");
        var value = ReturnShape.ValueOf(type);
        if (value is not null && (ReturnShape.IsAwaitable(value) || IsAsyncSequence(value)))
            throw Refuse(method, $"it returns {CSharpNames.Of(type)}. Await it inside the function and return the values themselves, in a list for example.");
    }

    private static void CheckParameter(MethodInfo method, ParameterInfo parameter)
    {
        if (Unstorable(parameter.ParameterType) is { } what)
            throw Refuse(method, $"the parameter {parameter.Name} is {what}, which cannot come from a packet. Take a value, and return what the caller should see.");
    }

    private static string? Unstorable(Type type)
    {
        if (type.IsByRef)
            return "by reference (ref, in or out)";
        if (type.IsPointer || type.IsFunctionPointer)
            return "a pointer";
        return type.IsByRefLike ? $"the ref struct {CSharpNames.Of(type)}" : null;
    }

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "An interface that trimming has removed from a type is used by nobody.")]
    private static bool IsAsyncSequence(Type type) =>
        type.GetInterfaces().Append(type).Any(i => i.IsConstructedGenericType && i.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>));

    private static InvalidFunctionException Refuse(MethodInfo method, string problem) => new(CSharpNames.FullName(method), problem);
}
