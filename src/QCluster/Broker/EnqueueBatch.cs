namespace QCluster.Broker;

/// <summary>Task elements for one queue and priority, due at once, after <paramref name="Delay"/>, or at <paramref name="Due"/>.</summary>
internal sealed record EnqueueBatch(string Queue, int Priority, IReadOnlyList<byte[]> Elements, TimeSpan? Delay = null, DateTimeOffset? Due = null);
