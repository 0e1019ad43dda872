namespace QCluster;

/// <summary>A call with <see cref="TaskOptions.Immediate"/> found no free slot. Nothing was enqueued.</summary>
public sealed class NoFreeSlotException : QClusterException
{
    /// <summary>Creates the error.</summary>
    /// <param name="queue">The queue.</param>
    public NoFreeSlotException(string queue)
        : base($"No slot is free now in the clusters that serve the queue '{queue}', and the call is immediate: nothing was enqueued. Try again later, add workers, or leave Immediate out to let the task wait.")
        => Queue = queue;

    /// <summary>The queue.</summary>
    public string Queue { get; }
}
