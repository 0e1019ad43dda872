namespace QCluster.Execution.Functions;

/// <summary>One call: its context, and its arguments as in the packet. Empty means none.</summary>
internal readonly ref struct TaskInvocation(FunctionContext context, ReadOnlyMemory<byte> args, ReadOnlyMemory<byte> kwargs)
{
    public FunctionContext Context { get; } = context;

    /// <summary>One MessagePack array.</summary>
    public ReadOnlyMemory<byte> Args { get; } = args;

    /// <summary>One MessagePack map with strings as keys.</summary>
    public ReadOnlyMemory<byte> Kwargs { get; } = kwargs;
}
