using QCluster.Functions;
using QCluster.Hosting.Channels;
using QCluster.Wire;

namespace QCluster.Hosting.Worker;

/// <summary>The context of one running task.</summary>
internal sealed class WorkerTaskContext(IServiceProvider services, AttemptRef attempt, string queue, TaskPacket packet, TaskRecord? hooked, SlotTable slots, int slot, long deadlineTicks, ITaskSlot place) : FunctionContext(services)
{
    private readonly Lock _lock = new();
    private CancellationTokenSource? _source;
    private TaskCancelReason _reason;

    internal override ITaskSlot? Slot => place;

    public long DeadlineTicks => deadlineTicks;

    public override string Id => new TaskId(attempt.Key.Id, queue).ToString();

    public override string? Schedule => packet.Schedule;

    public override DateTimeOffset? ScheduledFor => packet.Slot;

    public override TaskRecord? HookedRecord => hooked;

    public override string Func => packet.Func;

    public override int Attempt => attempt.Key.Attempt;

    public override string Queue => queue;

    public override string? Name => packet.Name;

    public override CancellationToken CancellationToken
    {
        get
        {
            lock (_lock)
            {
                if (_source is null)
                {
                    _source = new CancellationTokenSource();
                    if (_reason != TaskCancelReason.None)
                        _source.Cancel();
                }

                return _source.Token;
            }
        }
    }

    public override TaskCancelReason CancelReason
    {
        get
        {
            lock (_lock)
                return _reason;
        }
    }

    public override void ReportProgress(double fraction, string? message = null) =>
        slots.Progress(slot, double.IsNaN(fraction) ? 0 : Math.Clamp(fraction, 0, 1), message);

    /// <summary>The first reason stands. Callbacks of the token run elsewhere: they are the user's.</summary>
    public void Cancel(TaskCancelReason reason)
    {
        CancellationTokenSource? source;
        lock (_lock)
        {
            if (_reason != TaskCancelReason.None)
                return;
            _reason = reason;
            source = _source;
        }

        if (source is not null)
            _ = source.CancelAsync();
    }
}
