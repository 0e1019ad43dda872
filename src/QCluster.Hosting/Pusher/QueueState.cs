using QCluster.Queue;

namespace QCluster.Hosting.Pusher;

/// <summary>What the pusher knows of one queue.</summary>
/// <param name="index">Its place among the cluster's queues.</param>
/// <param name="broker">Its side of Redis.</param>
/// <param name="groups">What is waited for together.</param>
/// <param name="onDue">Called when it is time to look at it again.</param>
internal sealed class QueueState(byte index, ClusterBroker broker, IReadOnlyList<WakeGroup> groups, Action<QueueState> onDue) : IAsyncDisposable
{
    // Redis itself ends a blocking call only ten times a second: what is due would start that much later.
    private Timer? _timer;

    public byte Index { get; } = index;

    public ClusterBroker Broker { get; } = broker;

    public IReadOnlyList<WakeGroup> Groups { get; } = groups;

    /// <summary>Any of its tasks may be there.</summary>
    public void MayHaveTasks()
    {
        foreach (var group in Groups)
            group.MayHaveTasks = true;
    }

    /// <summary>A look at the queue said when there may be more to do by itself; below 0 = never.</summary>
    public void LookAgainIn(long milliseconds)
    {
        if (milliseconds < 0)
            return;
        // Whatever is later is found by the looks that are made anyway.
        var wait = (int)Math.Min(milliseconds, 60_000);
        if (_timer is null)
            _timer = new Timer(static state => ((QueueState)state!).OnDue(), this, wait, Timeout.Infinite);
        else
            _timer.Change(wait, Timeout.Infinite);
    }

    private void OnDue() => onDue(this);

    public async ValueTask DisposeAsync()
    {
        if (_timer is not null)
            await _timer.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(Groups.Select(group => group.Blocking.DisposeAsync().AsTask())).ConfigureAwait(false);
    }
}
