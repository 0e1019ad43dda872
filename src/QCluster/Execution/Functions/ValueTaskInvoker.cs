using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using QCluster.Wire;

namespace QCluster.Execution.Functions;

[RequiresUnreferencedCode(ReflectionSupport.RunsFunctions)]
[RequiresDynamicCode(ReflectionSupport.RunsFunctions)]
internal sealed class ValueTaskInvoker(TaskFunction function) : FunctionInvoker(function)
{
    private readonly FunctionThunk<ValueTask> _thunk = ThunkCompiler.Compile<ValueTask>(function);

    protected override ValueTask Run(ref ArgumentFrame frame, object? target, IBufferWriter<byte> output)
    {
        var task = _thunk(ref frame, target);
        if (!task.IsCompletedSuccessfully)
            return Finish(task, output);
        task.GetAwaiter().GetResult(); // Gives a pooled source back.
        WriteNil(output);
        return default;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask Finish(ValueTask task, IBufferWriter<byte> output)
    {
        await task.ConfigureAwait(false);
        WriteNil(output);
    }
}
