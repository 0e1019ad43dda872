using QCluster.Client.Monitoring;

namespace QCluster.Terminal.Monitor.Reading;

/// <summary>All that is shown, as of one time.</summary>
internal sealed record Snapshot
{
    public static readonly Snapshot Empty = new();

    /// <summary>By the clock of Redis.</summary>
    public DateTimeOffset At { get; init; } = DateTimeOffset.UtcNow;

    public BrokerStatus? Broker { get; init; }

    public IReadOnlyList<ClusterDescription> Clusters { get; init; } = [];

    public IReadOnlyList<QueueView> Queues { get; init; } = [];

    /// <summary>The one that has run longest first.</summary>
    public IReadOnlyList<RunningView> Running { get; init; } = [];

    /// <summary>The latest first.</summary>
    public IReadOnlyList<TaskRecord> Failures { get; init; } = [];

    public long Total(Func<QueueSizes, long> count) => Queues.Sum(q => count(q.Sizes));
}
