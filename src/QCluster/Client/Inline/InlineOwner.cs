using QCluster.Execution.Functions;

namespace QCluster.Client.Inline;

/// <summary>Who has a task run in this process, as far as he wants to hear of it.</summary>
internal sealed class InlineOwner
{
    /// <summary>The function is about to be called.</summary>
    public Action<PacketContext>? Starting { get; init; }

    public Action<double, string?>? Progress { get; init; }

    /// <summary>The place that the task has with him.</summary>
    public ISlotHolder? Slot { get; init; }
}
