using QCluster.Functions;
using QCluster.Wire;

namespace QCluster;

/// <summary>The context of a task that its caller runs.</summary>
internal sealed class SyncContext(IServiceProvider services, TaskPacket packet, TaskRecord? hooked, CancellationTokenSource timeout, CancellationToken caller) : FunctionContext(services)
{
    public override string Id => packet.Id.ToString();

    public override string Func => packet.Func;

    public override int Attempt => packet.Attempt;

    public override string Queue => packet.Id.Queue;

    public override string? Name => packet.Name;

    public override string? Schedule => packet.Schedule;

    public override DateTimeOffset? ScheduledFor => packet.Slot;

    public override TaskRecord? HookedRecord => hooked;

    public override CancellationToken CancellationToken => timeout.Token;

    public override TaskCancelReason CancelReason =>
        caller.IsCancellationRequested ? TaskCancelReason.User : timeout.IsCancellationRequested ? TaskCancelReason.Timeout : TaskCancelReason.None;

    public override void ReportProgress(double fraction, string? message = null)
    {
        // Nobody can watch it: the caller waits.
    }
}
