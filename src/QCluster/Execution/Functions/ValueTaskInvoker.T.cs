using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using QCluster.Wire;

namespace QCluster.Execution.Functions;

[RequiresUnreferencedCode(ReflectionSupport.RunsFunctions)]
[RequiresDynamicCode(ReflectionSupport.RunsFunctions)]
internal sealed class ValueTaskInvoker<T>(TaskFunction function) : FunctionInvoker(function)
{
    private readonly FunctionThunk<ValueTask<T>> _thunk = ThunkCompiler.Compile<ValueTask<T>>(function);

    protected override ValueTask Run(ref ArgumentFrame frame, object? target, IBufferWriter<byte> output)
    {
        var task = _thunk(ref frame, target);
        if (!task.IsCompletedSuccessfully)
            return Finish(task, output);
        Write(output, task.Result);
        return default;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask Finish(ValueTask<T> task, IBufferWriter<byte> output)
    {
        Write(output, await task.ConfigureAwait(false));
    }
}
