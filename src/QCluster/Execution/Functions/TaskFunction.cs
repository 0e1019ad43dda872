using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using QCluster.Wire;
using QCluster.Wire.Values;

namespace QCluster.Execution.Functions;

/// <summary>A registered function: its call is compiled at the first use.</summary>
internal sealed class TaskFunction
{
    private FunctionInvoker? _invoker;

    public TaskFunction(string name, MethodInfo method, Delegate? target, FunctionDefaults? defaults = null, ITaskClass? type = null)
    {
        Defaults = defaults ?? FunctionDefaults.None;
        Class = type;
        Name = name;
        Utf8Name = Encoding.UTF8.GetBytes(name);
        Method = method;
        Target = target;
        var parameters = method.GetParameters();
        // A delegate that is closed over its first argument (an extension method, a compiled expression) does not take it.
        var given = target?.GetType().GetMethod("Invoke")!.GetParameters().Length ?? parameters.Length;
        Parameters = [.. parameters.Skip(parameters.Length - given).Select(p => new FunctionParameter(p))];
        var arguments = Parameters.Where(p => p.Kind == ParameterKind.Argument).ToArray();
        MaxPositional = Parameters.Any(p => p.Kind == ParameterKind.Rest) ? int.MaxValue : arguments.Length;
        MinPositional = arguments.Count(p => !p.HasDefault);
        NamedRest = Array.FindIndex(Parameters, p => p.Kind == ParameterKind.NamedRest);
    }

    public string Name { get; }

    public byte[] Utf8Name { get; }

    /// <summary>The options of its tasks, if a call has none.</summary>
    public FunctionDefaults Defaults { get; }

    /// <summary>The task class whose <c>Run</c> it is; null for a function.</summary>
    public ITaskClass? Class { get; }

    public MethodInfo Method { get; }

    public Delegate? Target { get; }

    public FunctionParameter[] Parameters { get; }

    /// <summary>The maximum number of positional arguments; <see cref="int.MaxValue"/> with <c>params</c>.</summary>
    public int MaxPositional { get; }

    public int MinPositional { get; }

    public int NamedRest { get; }

    /// <summary>Null for static methods and delegates.</summary>
    public TargetSource? TargetSource { get; private set; }

    /// <summary>Reads the arguments and writes the result.</summary>
    public ValueSerializer Serializer { get; private set; } = ValueSerializer.Default;

    private bool IsInstance => Target is null && !Method.IsStatic;

    public string Signature => $"{Name}({string.Join(", ", Parameters.Where(p => !p.IsInjected))})";

    /// <summary>
    /// Runs the function and writes its value, or nil. Exceptions of the function are passed on unchanged; others are
    /// <see cref="ArgumentBindingException"/> (the function was not called) and <see cref="InvalidResultException"/>.
    /// After any of them the output may hold a part of a value, which the caller must discard.
    /// </summary>
    public ValueTask InvokeAsync(in TaskInvocation call, IBufferWriter<byte> output) =>
        (_invoker ?? Compile()).InvokeAsync(in call, output);

    [RequiresUnreferencedCode(ReflectionSupport.RunsFunctions)]
    public void Resolve(IServiceProvider services, ValueSerializer serializer)
    {
        Serializer = serializer;
        if (services.GetService<IServiceProviderIsService>() is { } known)
        {
            if (Array.Find(Parameters, p => p.IsUnmarkedService(known)) is { } service)
                throw new InvalidFunctionException(Name, $"its parameter {service.Name} is a {CSharpNames.Of(service.Type)}, which is registered as a service, and callers would have to pass one: mark it with [Injected], so that the worker supplies it, or take an interface.");
        }

        if (IsInstance)
            TargetSource = new TargetSource(Method, Class?.Type ?? Method.DeclaringType!, services);
    }

    private FunctionInvoker Compile()
    {
        // A registry is frozen first, which refuses such programs already.
        if (!ReflectionSupport.IsEnabled)
            throw ReflectionSupport.CannotRunFunctions();
        var invoker = FunctionInvoker.Create(this);
        return Interlocked.CompareExchange(ref _invoker, invoker, null) ?? invoker;
    }
}
