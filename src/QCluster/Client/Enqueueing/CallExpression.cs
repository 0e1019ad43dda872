using System.Collections;
using System.Linq.Expressions;
using System.Reflection;
using QCluster.Execution.Functions;

namespace QCluster.Client.Enqueueing;

/// <summary>Reads the one call in a lambda, without making it.</summary>
internal static class CallExpression
{
    public static TaskCall Read(LambdaExpression call, FunctionRegistry? functions) => Read(call, functions, out _);

    public static TaskCall Read(LambdaExpression call, FunctionRegistry? functions, out MethodInfo method)
    {
        ArgumentNullException.ThrowIfNull(call);
        var body = call.Body;
        while (body is UnaryExpression { NodeType: ExpressionType.Convert or ExpressionType.ConvertChecked } convert)
            body = convert.Operand;
        if (body is not MethodCallExpression made)
            throw new ArgumentException($"The expression {call} is not one method call. Write for example () => Math.CopySign(2, -2), and compute arguments before it.", nameof(call));

        method = made.Method;
        CheckTarget(call, made, functions);
        var arguments = new Arguments();
        var parameters = method.GetParameters();
        for (var i = 0; i < parameters.Length; i++)
            arguments.Add(parameters[i], made.Arguments[i], call);
        return new TaskCall(functions?.NameOf(method) ?? FunctionRegistry.DeclaredName(method)) { Args = arguments.Positional, Kwargs = arguments.Named };
    }

    private static void CheckTarget(LambdaExpression call, MethodCallExpression made, FunctionRegistry? functions)
    {
        var method = made.Method;
        if (made.Object is not null and not ParameterExpression)
        {
            var type = method.DeclaringType is null ? "TService" : CSharpNames.Of(method.DeclaringType);
            throw new ArgumentException($"The method {method.Name} is called on {made.Object}, an object of this process, which a worker does not have. Make it static, or use AsyncOn<{type}>(x => x.{method.Name}(...)), where the worker makes the object.", nameof(call));
        }

        if (method.IsGenericMethod && functions?.Knows(method) != true)
            throw new ArgumentException($"The method {CSharpNames.FullName(method)} is generic, and a task does not name the type. Write a method for each type, or register this one, with its types, under a name, in the client's FunctionRegistry too.", nameof(call));
    }

    /// <summary>The arguments of a call that travel, in the types that the method declares.</summary>
    private sealed class Arguments
    {
        private readonly List<object?> _positional = [];
        private Dictionary<string, object?>? _named;

        public IReadOnlyList<object?> Positional => _positional;

        public IReadOnlyDictionary<string, object?>? Named => _named;

        public void Add(ParameterInfo parameter, Expression argument, LambdaExpression call)
        {
            var kind = ParameterKinds.Of(parameter);
            if (ParameterKinds.IsInjected(kind))
                return;
            var value = Evaluate(parameter, argument, call);
            switch (kind)
            {
                case ParameterKind.Rest:
                    var type = parameter.ParameterType.GetElementType()!;
                    _positional.AddRange(((IEnumerable?)value ?? Array.Empty<object>()).Cast<object?>().Select(item => TaskArgument.Declared(item, type)));
                    break;
                case ParameterKind.NamedRest:
                    _named = (value as IEnumerable<KeyValuePair<string, object?>>)?.ToDictionary(StringComparer.Ordinal);
                    break;
                default:
                    _positional.Add(TaskArgument.Declared(value, parameter.ParameterType));
                    break;
            }
        }
    }

    private static object? Evaluate(ParameterInfo parameter, Expression argument, LambdaExpression call)
    {
        switch (argument)
        {
            case ConstantExpression constant:
                return constant.Value;
            case MemberExpression { Member: FieldInfo field } member when member.Expression is null or ConstantExpression:
                return field.GetValue((member.Expression as ConstantExpression)?.Value);
        }

        if (call.Parameters.Count > 0 && new UseOf(call.Parameters[0]).IsIn(argument))
            throw new ArgumentException($"The argument '{parameter.Name}' of {call} uses '{call.Parameters[0].Name}', the object that the worker creates later. Compute the argument before the call, or read {argument} inside the method.", nameof(call));
        return Expression.Lambda<Func<object?>>(Expression.Convert(argument, typeof(object))).Compile(preferInterpretation: true)();
    }

    private sealed class UseOf(ParameterExpression parameter) : ExpressionVisitor
    {
        private bool _found;

        public bool IsIn(Expression expression)
        {
            Visit(expression);
            return _found;
        }

        protected override Expression VisitParameter(ParameterExpression node)
        {
            _found |= node == parameter;
            return node;
        }
    }
}
