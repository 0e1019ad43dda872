using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using QCluster.Wire;

namespace QCluster.Execution.Functions;

[RequiresUnreferencedCode(ReflectionSupport.RunsFunctions)]
[RequiresDynamicCode(ReflectionSupport.RunsFunctions)]
internal sealed class TaskInvoker(TaskFunction function) : FunctionInvoker(function)
{
    private readonly FunctionThunk<Task> _thunk = ThunkCompiler.Compile<Task>(function);

    protected override ValueTask Run(ref ArgumentFrame frame, object? target, IBufferWriter<byte> output)
    {
        var task = Started(_thunk(ref frame, target));
        if (!task.IsCompletedSuccessfully)
            return Finish(task, output);
        WriteNil(output);
        return default;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask Finish(Task task, IBufferWriter<byte> output)
    {
        await task.ConfigureAwait(false);
        WriteNil(output);
    }
}
