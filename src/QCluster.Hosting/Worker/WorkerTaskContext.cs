using QCluster.Execution.Functions;
using QCluster.Hosting.Channels;
using QCluster.Wire.Packets;

namespace QCluster.Hosting.Worker;

/// <summary>The context of one running task of a worker.</summary>
internal sealed class WorkerTaskContext(IServiceProvider services, TaskPacket packet, TaskRecord? hooked, SlotTable slots, int slot, long deadlineTicks, ISlotHolder place) : PacketContext(services, packet, hooked)
{
    internal override ISlotHolder? Slot => place;

    public override bool IsLogScoped => true;

    public long DeadlineTicks => deadlineTicks;

    public override void ReportProgress(double fraction, string? message = null) => slots.Progress(slot, FractionOf(fraction), message);
}
