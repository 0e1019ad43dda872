using QCluster.Execution.Functions;

namespace QCluster.Client.Inline;

/// <summary>The caller of a task that runs in this process.</summary>
internal sealed class InlineOwner
{
    public static InlineOwner None { get; } = new();

    /// <summary>Tells whether a cancel was requested before the task starts.</summary>
    public Func<bool>? IsCancelRequested { get; init; }

    /// <summary>The function is about to be called.</summary>
    public Action<PacketContext>? Starting { get; init; }

    public Action<double, string?>? Progress { get; init; }

    /// <summary>The slot that the task takes.</summary>
    public ISlotHolder? Slot { get; init; }
}
