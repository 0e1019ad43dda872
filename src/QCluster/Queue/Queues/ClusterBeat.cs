namespace QCluster.Queue.Queues;

/// <summary>A live cluster at one of its heartbeats.</summary>
/// <param name="Cluster">Its id.</param>
/// <param name="Beat">The id of the heartbeat.</param>
/// <param name="Description">Its description as JSON; null if the caller has that of this beat.</param>
/// <param name="Running">Its running tasks of the queue as JSON; null if not requested, or the caller has them.</param>
internal readonly record struct ClusterBeat(string Cluster, string Beat, byte[]? Description, byte[]? Running);
