using QCluster.Model;

namespace QCluster.Queue;

/// <summary>What Redis knows of an id.</summary>
/// <param name="Place">Where it is.</param>
/// <param name="Record">The record of a finished task; empty when it was not kept.</param>
/// <param name="Ahead">How many tasks of its priority stand before a waiting one.</param>
/// <param name="Due">When a delayed task is due.</param>
/// <param name="Cluster">The cluster that has a running one.</param>
/// <param name="Incarnation">The worker that has a running one.</param>
/// <param name="Element">An unfinished one itself; empty where its state alone is known.</param>
internal readonly record struct TaskLookup(
    TaskPlace Place,
    ReadOnlyMemory<byte> Record = default,
    long? Ahead = null,
    DateTimeOffset? Due = null,
    string? Cluster = null,
    string? Incarnation = null,
    ReadOnlyMemory<byte> Element = default)
{
    /// <summary>The lane it waits in, or came from.</summary>
    public TaskLane Lane { get; init; } = TaskLane.Normal;
}
