namespace QCluster.Execution.Functions;

/// <summary>The context of a call inside another task: the same task, with separate services.</summary>
internal sealed class NestedContext(FunctionContext outer, string func) : FunctionContext(outer.Root)
{
    internal override ISlotHolder? Slot => outer.Slot;

    public override bool IsLogScoped => outer.IsLogScoped;

    public override string Id => outer.Id;

    public override string Func => func;

    public override int Attempt => outer.Attempt;

    public override string Queue => outer.Queue;

    public override string? Name => outer.Name;

    public override string? Schedule => outer.Schedule;

    public override DateTimeOffset? ScheduledFor => outer.ScheduledFor;

    public override CancellationToken CancellationToken => outer.CancellationToken;

    public override TaskCancelReason CancelReason => outer.CancelReason;

    public override TimeProvider Clock => outer.Clock;

    public override void ReportProgress(double fraction, string? message = null) => outer.ReportProgress(fraction, message);
}
