using QCluster.Execution.Attempts;
using QCluster.Execution.Functions;

namespace QCluster.Client.Inline;

/// <summary>One attempt that runs in this process, with its time-out.</summary>
internal sealed class InlineRun(InlineOwner owner, TimeProvider clock, CancellationToken cancellationToken) : IDisposable
{
    /// <summary>The maximum of a timer: 49 days.</summary>
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private CancellationTokenRegistration _registration;
    private ITimer? _timer;

    public bool IsCancelRequested => cancellationToken.IsCancellationRequested || owner.IsCancelRequested?.Invoke() == true;

    public PacketContext Begin(IServiceProvider services, in AttemptStart start)
    {
        var context = new InlineContext(services, start.Packet, start.Hooked, owner, clock);
        _registration = cancellationToken.UnsafeRegister(static state => ((PacketContext)state!).Cancel(TaskCancelReason.User), context);
        if (start.Timeout is { } timeout && timeout <= MaxTimeout)
            _timer = clock.CreateTimer(static state => ((PacketContext)state!).Cancel(TaskCancelReason.Timeout), context, timeout, Timeout.InfiniteTimeSpan);
        owner.Starting?.Invoke(context);
        return context;
    }

    public void Dispose()
    {
        _registration.Dispose();
        _timer?.Dispose();
    }
}
