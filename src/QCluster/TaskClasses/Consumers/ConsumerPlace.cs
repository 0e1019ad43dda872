using QCluster.Client.Monitoring;

namespace QCluster.TaskClasses.Consumers;

/// <summary>What a consumer is among the clusters of its queue, and who is told what concerns its tasks.</summary>
internal sealed class ConsumerPlace
{
    public string Cluster { get; init; } = "consumer-" + Guid.NewGuid().ToString("N")[..12];

    public string State { get; init; } = "consumer";

    /// <summary>How many tasks it runs at a time; 0 = nobody is to count on it.</summary>
    public int Concurrency { get; init; }

    public Func<IReadOnlyList<RunningDescription>> Running { get; init; } = static () => [];

    /// <summary>A task that it may have is wanted cancelled. Told again with each heartbeat until it was heard.</summary>
    public Action<Guid> Cancelled { get; init; } = static _ => { };
}
