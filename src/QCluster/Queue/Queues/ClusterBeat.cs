namespace QCluster.Queue.Queues;

/// <summary>A live cluster at one of its heartbeats.</summary>
/// <param name="Cluster">Its id.</param>
/// <param name="Beat">Names the heartbeat.</param>
/// <param name="Description">Its description as JSON; null when the caller has that of this beat.</param>
/// <param name="Running">What it runs of the queue as JSON; null when it was not asked for, or the caller has it.</param>
internal readonly record struct ClusterBeat(string Cluster, string Beat, byte[]? Description, byte[]? Running);
