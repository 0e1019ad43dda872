using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using MessagePack;
using QCluster.Model.Errors;
using QCluster.Wire;

namespace QCluster.Execution.Functions;

/// <summary>Calls one function and writes its value; there is a subclass for each kind of return.</summary>
internal abstract class FunctionInvoker(TaskFunction function)
{
    [RequiresUnreferencedCode(ReflectionSupport.RunsFunctions)]
    [RequiresDynamicCode(ReflectionSupport.RunsFunctions)]
    public static FunctionInvoker Create(TaskFunction function)
    {
        var type = function.Method.ReturnType;
        if (type == typeof(void))
            return new VoidInvoker(function);
        if (type == typeof(Task))
            return new TaskInvoker(function);
        if (type == typeof(ValueTask))
            return new ValueTaskInvoker(function);
        var value = ReturnShape.ValueOf(type)!;
        var definition = type == value ? typeof(ValueInvoker<>)
            : type.GetGenericTypeDefinition() == typeof(Task<>) ? typeof(TaskInvoker<>)
            : typeof(ValueTaskInvoker<>);
        return (FunctionInvoker)Activator.CreateInstance(definition.MakeGenericType(value), function)!;
    }

    public ValueTask InvokeAsync(in TaskInvocation call, IBufferWriter<byte> output)
    {
        var context = call.Context;
        object? owned = null;
        ValueTask pending;
        // What the function sets in them is its own, and not its caller's or the next one's.
        var flow = ExecutionContext.Capture();
        var synchronization = SynchronizationContext.Current;
        TaskContext.Enter(context);
        try
        {
            var target = (object?)function.Target;
            if (function.TargetSource is { } source)
                owned = target = source.Get(context);
            var frame = new ArgumentFrame(function, in call);
            pending = Run(ref frame, target, output);
        }
        catch (Exception e)
        {
            pending = ValueTask.FromException(e);
        }
        finally
        {
            if (SynchronizationContext.Current != synchronization)
                SynchronizationContext.SetSynchronizationContext(synchronization);
            // Null: the caller suppresses the flow.
            if (flow is not null)
                ExecutionContext.Restore(flow);
            else
                TaskContext.Leave();
        }

        // A function that still runs may yet ask for services.
        return pending.IsCompleted && owned is null && !context.HoldsScope ? pending : ReleaseAfter(pending, context, owned);
    }

    protected abstract ValueTask Run(ref ArgumentFrame frame, object? target, IBufferWriter<byte> output);

    protected void Write<T>(IBufferWriter<byte> output, T value)
    {
        try
        {
            var writer = new MessagePackWriter(output);
            function.Serializer.Write(ref writer, value);
            writer.Flush();
        }
        catch (Exception e)
        {
            // A value may be made while it is read: what its own code throws then is the function's exception.
            if (UserFault.In(e) is { } thrown)
                ExceptionDispatchInfo.Throw(thrown);
            throw new InvalidResultException($"The result of {function.Name}, a {CSharpNames.Of(value?.GetType() ?? typeof(T))}, cannot be serialised: {ExceptionText.MessageOf(e)}", e);
        }
    }

    protected TTask Started<TTask>(TTask? task)
        where TTask : Task
        => task ?? throw new InvalidResultException($"{function.Name} returned null instead of a {CSharpNames.Of(typeof(TTask))}.");

    protected static void WriteNil(IBufferWriter<byte> output)
    {
        output.GetSpan(1)[0] = 0xc0;
        output.Advance(1);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ReleaseAfter(ValueTask pending, FunctionContext context, object? owned)
    {
        try
        {
            await pending.ConfigureAwait(false);
        }
        finally
        {
            await ReleaseQuietly(context, owned).ConfigureAwait(false);
        }
    }

    private async ValueTask Release(FunctionContext context, object? owned)
    {
        try
        {
            await (function.TargetSource?.ReleaseAsync(owned) ?? default).ConfigureAwait(false);
        }
        finally
        {
            await context.ReleaseAsync().ConfigureAwait(false);
        }
    }

    // What the function returned or threw is what the caller must see; an exception while clearing up is only logged. A task that has done
    // its work is not to be done again.
    private async ValueTask ReleaseQuietly(FunctionContext context, object? owned)
    {
        try
        {
            await Release(context, owned).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Report(context, e);
        }
    }

    private void Report(FunctionContext context, Exception problem)
    {
        try
        {
            FunctionLog.DisposalFailed(context.Logger, problem, function.Name);
        }
        catch
        {
            // A logger that fails, or an exception that cannot be written down.
        }
    }
}
