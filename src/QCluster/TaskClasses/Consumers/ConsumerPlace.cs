using QCluster.Client.Monitoring;

namespace QCluster.TaskClasses.Consumers;

/// <summary>The place of a consumer among the clusters of its queue, and its callbacks.</summary>
internal sealed class ConsumerPlace
{
    public string Cluster { get; init; } = "consumer-" + Guid.NewGuid().ToString("N")[..12];

    public string State { get; init; } = "consumer";

    /// <summary>The number of tasks it runs at a time; 0 = no capacity to announce.</summary>
    public int Concurrency { get; init; }

    public Func<IReadOnlyList<RunningDescription>> Running { get; init; } = static () => [];

    /// <summary>Called for a task with a requested cancel that it may have; repeated with each heartbeat until it is processed.</summary>
    public Action<Guid> Cancelled { get; init; } = static _ => { };
}
