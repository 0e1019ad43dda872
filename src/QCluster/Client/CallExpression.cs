using System.Linq.Expressions;
using System.Reflection;
using Microsoft.Extensions.Logging;
using QCluster.Functions;
using QCluster.Wire;

namespace QCluster;

/// <summary>Reads the one call that a lambda makes, without making it.</summary>
internal static class CallExpression
{
    public static TaskCall Read(LambdaExpression lambda, FunctionRegistry? functions) => Read(lambda, functions, out _);

    public static TaskCall Read(LambdaExpression lambda, FunctionRegistry? functions, out MethodInfo method)
    {
        var body = lambda.Body;
        while (body is UnaryExpression { NodeType: ExpressionType.Convert or ExpressionType.ConvertChecked } convert)
            body = convert.Operand;
        if (body is not MethodCallExpression call)
            throw new ArgumentException($"The expression {lambda} is not one method call. Write for example () => Math.CopySign(2, -2), and compute arguments before it.", nameof(lambda));
        if (call.Object is not null && call.Object is not ParameterExpression)
            throw new ArgumentException($"The method {call.Method.Name} is called on an object of this process, which the worker does not have. Make it static, or use AsyncOn<{call.Method.DeclaringType?.Name}>(x => x.{call.Method.Name}(...)).", nameof(lambda));

        method = call.Method;
        var parameters = call.Method.GetParameters();
        var args = new List<object?>();
        for (var i = 0; i < parameters.Length; i++)
        {
            if (!IsInjected(parameters[i]))
                args.Add(Argument(parameters[i], Evaluate(call.Arguments[i])));
        }

        return new TaskCall(functions?.NameOf(call.Method) ?? FunctionRegistry.DeclaredName(call.Method)) { Args = args };
    }

    private static bool IsInjected(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        return type == typeof(CancellationToken) || type == typeof(TaskContext) || type == typeof(TaskRecord) || type == typeof(TaskRecord[]) || type == typeof(IReadOnlyList<TaskRecord>) || type == typeof(IServiceProvider)
            || typeof(ILogger).IsAssignableFrom(type) || parameter.IsDefined(typeof(FromServicesAttribute));
    }

    private static object? Argument(ParameterInfo parameter, object? value) =>
        MessagePackValues.IsUnion(parameter.ParameterType) && value is not PreviousResult ? TaskArgument.As(value, parameter.ParameterType) : value;

    private static object? Evaluate(Expression expression)
    {
        switch (expression)
        {
            case ConstantExpression constant:
                return constant.Value;
            case MemberExpression { Member: FieldInfo field } member when member.Expression is null or ConstantExpression:
                return field.GetValue((member.Expression as ConstantExpression)?.Value);
            default:
                return Expression.Lambda<Func<object?>>(Expression.Convert(expression, typeof(object))).Compile(preferInterpretation: true)();
        }
    }
}
