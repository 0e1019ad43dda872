namespace QCluster.Client.Monitoring;

/// <summary>A queue that a cluster serves and cannot reach.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Since">Since when, by the cluster's clock.</param>
/// <param name="Problem">The last error.</param>
internal sealed record UnreachableQueue(string Queue, DateTimeOffset Since, string Problem);
