using QCluster.Model;

namespace QCluster.Queue;

/// <summary>The state of an id in Redis.</summary>
/// <param name="Place">Its place.</param>
/// <param name="Record">The record of a finished task; empty if it was not kept.</param>
/// <param name="Ahead">The number of tasks of its priority before a waiting one.</param>
/// <param name="Due">The due time of a delayed task.</param>
/// <param name="Cluster">The cluster of a running task.</param>
/// <param name="Incarnation">The worker of a running task.</param>
/// <param name="Element">The element of an unfinished task; empty if only its state is known.</param>
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
