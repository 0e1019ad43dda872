using QCluster.Queue.Clusters;

namespace QCluster.Hosting.Pusher;

/// <summary>What the pusher knows of one queue.</summary>
internal sealed class QueueState : IAsyncDisposable
{
    private readonly Action<QueueState> _onDue;

    // Redis itself ends a blocking call only ten times a second: what is due would start that much later.
    private readonly ITimer _timer;

    public QueueState(byte index, ClusterQueue broker, IReadOnlyList<WakeGroup> groups, Action<QueueState> onDue, TimeProvider time)
    {
        _onDue = onDue;
        Index = index;
        Broker = broker;
        Groups = groups;
        _timer = time.CreateTimer(static state => ((QueueState)state!).OnDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public byte Index { get; }

    public ClusterQueue Broker { get; }

    public IReadOnlyList<WakeGroup> Groups { get; }

    /// <summary>Any of its tasks may be there.</summary>
    public void MayHaveTasks()
    {
        foreach (var group in Groups)
            group.MayHaveTasks = true;
    }

    /// <summary>A look at the queue said when there may be more to do by itself; below 0 = never.</summary>
    public void LookAgainIn(long milliseconds)
    {
        // Whatever is later is found by the looks that are made anyway.
        if (milliseconds >= 0)
            _timer.Change(TimeSpan.FromMilliseconds(Math.Min(milliseconds, 60_000)), Timeout.InfiniteTimeSpan);
    }

    private void OnDue() => _onDue(this);

    public ValueTask DisposeAsync() => _timer.DisposeAsync();
}
