using QCluster.Hosting.Children;

namespace QCluster.Hosting.Sentinel;

/// <summary>Which process of a cluster a child is.</summary>
/// <param name="Role">Its role.</param>
/// <param name="Ordinal">The number of the position it fills; a successor has the same.</param>
/// <param name="Incarnation">Names this very process in Redis; empty for all but workers.</param>
/// <param name="IsIsolated">It is a worker for tasks that have a process to themselves.</param>
internal sealed record ChildIdentity(ChildRole Role, int Ordinal, string Incarnation = "", bool IsIsolated = false);
