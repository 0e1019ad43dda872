using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using QCluster.Wire;

namespace QCluster.Execution.Functions;

[RequiresUnreferencedCode(ReflectionSupport.RunsFunctions)]
[RequiresDynamicCode(ReflectionSupport.RunsFunctions)]
internal sealed class ValueInvoker<T>(TaskFunction function) : FunctionInvoker(function)
{
    private readonly FunctionThunk<T> _thunk = ThunkCompiler.Compile<T>(function);

    protected override ValueTask Run(ref ArgumentFrame frame, object? target, IBufferWriter<byte> output)
    {
        Write(output, _thunk(ref frame, target));
        return default;
    }
}
