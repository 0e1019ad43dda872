using QCluster.Execution.Functions;
using QCluster.Wire.Packets;

namespace QCluster.Client.Inline;

/// <summary>The context of a task that runs in the process of its caller.</summary>
internal sealed class InlineContext(IServiceProvider services, TaskPacket packet, TaskRecord? hooked, InlineOwner owner, TimeProvider clock) : PacketContext(services, packet, hooked)
{
    internal override ISlotHolder? Slot => owner.Slot;

    public override TimeProvider Clock => clock;

    public override void ReportProgress(double fraction, string? message = null) => owner.Progress?.Invoke(FractionOf(fraction), message);
}
