using QCluster.Wire.Packets;

namespace QCluster.Execution.Functions;

/// <summary>The context of one running task: the contents of its packet, and its token with the reason of its cancellation.</summary>
internal abstract class PacketContext(IServiceProvider services, TaskPacket packet, TaskRecord? hooked) : FunctionContext(services)
{
    private readonly Lock _lock = new();
    private CancellationTokenSource? _source;
    private TaskCancelReason _reason;

    public override string Id => packet.Id.ToString();

    public override string Func => packet.Func;

    public override int Attempt => packet.Attempt;

    public override string Queue => packet.Id.Queue;

    public override string? Name => packet.Name;

    public override string? Schedule => packet.Schedule;

    public override DateTimeOffset? ScheduledFor => packet.Slot;

    public override TaskRecord? HookedRecord => hooked;

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

    /// <summary>The first reason counts. Callbacks of the token run elsewhere: they are the user's.</summary>
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

    /// <summary>The set whose callback it is, as a group; null for other tasks.</summary>
    public string? CallbackOf => packet.CallbackOf is { } label ? $"{label}@{Queue}" : null;
}
