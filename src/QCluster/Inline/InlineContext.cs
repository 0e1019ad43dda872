using QCluster.Functions;
using QCluster.Wire;

namespace QCluster.Inline;

/// <summary>The context of a task that runs in the process of whoever wants it run.</summary>
internal sealed class InlineContext(IServiceProvider services, TaskPacket packet, TaskRecord? hooked, InlineOwner owner, TimeProvider clock) : PacketContext(services, packet, hooked)
{
    internal override ITaskSlot? Slot => owner.Slot;

    public override TimeProvider Clock => clock;

    public override void ReportProgress(double fraction, string? message = null) => owner.Progress?.Invoke(FractionOf(fraction), message);
}
