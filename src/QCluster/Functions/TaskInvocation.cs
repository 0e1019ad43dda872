namespace QCluster.Functions;

/// <summary>One call: its context, and its arguments as they stand in the packet. Empty means none.</summary>
internal readonly ref struct TaskInvocation(FunctionContext context, ReadOnlySpan<byte> args, ReadOnlySpan<byte> kwargs)
{
    public FunctionContext Context { get; } = context;

    /// <summary>One MessagePack array.</summary>
    public ReadOnlySpan<byte> Args { get; } = args;

    /// <summary>One MessagePack map with strings as keys.</summary>
    public ReadOnlySpan<byte> Kwargs { get; } = kwargs;
}
