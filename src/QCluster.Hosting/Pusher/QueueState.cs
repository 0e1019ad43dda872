using QCluster.Redis;

namespace QCluster.Hosting.Pusher;

/// <summary>What the pusher knows of one queue.</summary>
internal sealed class QueueState(byte index, ClusterBroker broker, RedisBlockingConnection blocking)
{
    public byte Index { get; } = index;

    public ClusterBroker Broker { get; } = broker;

    public RedisBlockingConnection Blocking { get; } = blocking;

    /// <summary>It was not found empty at the last look.</summary>
    public bool MayHaveTasks { get; set; } = true;

    /// <summary>Tasks that wait for a worker to themselves.</summary>
    public bool HasIsolated { get; set; }

    public long NextDueMilliseconds { get; set; } = -1;

    public bool IsWatched { get; set; }
}
