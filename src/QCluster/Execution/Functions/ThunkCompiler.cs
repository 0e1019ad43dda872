using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Reflection.Emit;
using QCluster.Wire;

namespace QCluster.Execution.Functions;

/// <summary>
/// Emits the code that calls a function, once. It is emitted because expression trees cannot pass a ref struct; without checks
/// of visibility, because task functions and their parameter types need not be public.
/// </summary>
[RequiresUnreferencedCode(ReflectionSupport.RunsFunctions)]
[RequiresDynamicCode(ReflectionSupport.RunsFunctions)]
internal static class ThunkCompiler
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public;

    /// <summary>The thunk of a function; a void one returns false.</summary>
    public static FunctionThunk<TReturn> Compile<TReturn>(TaskFunction function)
    {
        var method = new DynamicMethod(function.Name, typeof(TReturn), [typeof(ArgumentFrame).MakeByRefType(), typeof(object)], typeof(ThunkCompiler).Module, skipVisibility: true);
        var il = method.GetILGenerator();
        var callee = function.Target?.GetType().GetMethod("Invoke") ?? function.Method;
        if (!callee.IsStatic)
        {
            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Castclass, callee.DeclaringType!);
        }

        for (var i = 0; i < function.Parameters.Length; i++)
            EmitParameter(il, function.Parameters[i], i);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, Method(nameof(ArgumentFrame.Complete)));
        il.Emit(callee.IsVirtual ? OpCodes.Callvirt : OpCodes.Call, callee);
        if (callee.ReturnType == typeof(void))
            il.Emit(OpCodes.Ldc_I4_0);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<FunctionThunk<TReturn>>();
    }

    private static void EmitParameter(ILGenerator il, FunctionParameter parameter, int index)
    {
        var source = Source(parameter);
        il.Emit(OpCodes.Ldarg_0);
        if (source.GetParameters().Length > 0)
            il.Emit(OpCodes.Ldc_I4, index);
        il.Emit(OpCodes.Call, source);
    }

    private static MethodInfo Source(FunctionParameter parameter) => parameter.Kind switch
    {
        ParameterKind.Argument => Method(nameof(ArgumentFrame.Argument), parameter.Type),
        ParameterKind.Rest => Method(nameof(ArgumentFrame.Rest), parameter.Type.GetElementType()!),
        ParameterKind.NamedRest => Method(nameof(ArgumentFrame.NamedRest)),
        ParameterKind.CancellationToken => Getter(nameof(ArgumentFrame.CancellationToken)),
        ParameterKind.Context => Getter(nameof(ArgumentFrame.Context)),
        ParameterKind.Record => Getter(nameof(ArgumentFrame.Record)),
        ParameterKind.Records => Getter(nameof(ArgumentFrame.Records)),
        ParameterKind.Logger => Getter(nameof(ArgumentFrame.Logger)),
        ParameterKind.TypedLogger => Method(nameof(ArgumentFrame.TypedLogger), parameter.Type.GetGenericArguments()[0]),
        ParameterKind.Services => Getter(nameof(ArgumentFrame.Services)),
        ParameterKind.Service => Method(nameof(ArgumentFrame.Service), parameter.Type),
        ParameterKind.KeyedService => Method(nameof(ArgumentFrame.KeyedService), parameter.Type),
        _ => throw new InvalidOperationException($"The parameter kind {parameter.Kind} has no source."),
    };

    private static MethodInfo Getter(string name) => typeof(ArgumentFrame).GetProperty(name, Members)!.GetMethod!;

    private static MethodInfo Method(string name, Type? argument = null)
    {
        var method = typeof(ArgumentFrame).GetMethod(name, Members)!;
        return argument is null ? method : method.MakeGenericMethod(argument);
    }
}
