using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using QCluster.Wire;

namespace QCluster.Execution.Functions;

[RequiresUnreferencedCode(ReflectionSupport.RunsFunctions)]
[RequiresDynamicCode(ReflectionSupport.RunsFunctions)]
internal sealed class VoidInvoker(TaskFunction function) : FunctionInvoker(function)
{
    private readonly FunctionThunk<bool> _thunk = ThunkCompiler.Compile<bool>(function);

    protected override ValueTask Run(ref ArgumentFrame frame, object? target, IBufferWriter<byte> output)
    {
        _thunk(ref frame, target);
        WriteNil(output);
        return default;
    }
}
