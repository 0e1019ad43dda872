using Microsoft.Extensions.Logging;
using QCluster.Client.Monitoring;
using QCluster.Queue.Queues;
using QCluster.Redis;

namespace QCluster.Hosting.Sentinel;

/// <summary>All queues of a cluster, by whether they are available together. Which are is known once Redis is connected.</summary>
internal sealed class ShardSet(
    ClusterOptions options,
    ClusterIdentity identity,
    RedisConnection connection,
    QueueScripts scripts,
    ClusterMetrics metrics,
    ILogger logger,
    TimeProvider time,
    CancellationToken forced) : IAsyncDisposable
{
    private static readonly TimeSpan MaxRegistration = TimeSpan.FromSeconds(1);

    public IReadOnlyList<Shard> All { get; private set; } = [];

    /// <summary>The queues that cannot be reached; null when all can.</summary>
    public IReadOnlyList<UnreachableQueue>? Unreachable => All.SelectMany(shard => shard.Unreachable).ToArray() is { Length: > 0 } unreachable ? unreachable : null;

    public void Hurry()
    {
        foreach (var shard in All)
            shard.Hurry();
    }

    /// <summary>Takes the tasks of a worker back, in all queues.</summary>
    public void Reclaim(GoneWorker gone)
    {
        foreach (var shard in All)
            shard.Reclaim(gone);
    }

    /// <summary>Takes the cluster's place in every queue; in a Redis Cluster in those that can be reached, and in the others once they can.</summary>
    /// <exception cref="BrokerException">None can be reached.</exception>
    public async Task JoinAsync(ClusterReport report, Action<Shard, byte[]> onCancel, CancellationToken cancellationToken)
    {
        if (All.Count == 0)
            All = Make();
        var joining = All.Select(shard => shard.JoinAsync(report, id => onCancel(shard, id), cancellationToken)).ToArray();
        await Task.WhenAny(Task.WhenAll(joining)).ConfigureAwait(false);
        if (!Array.Exists(joining, join => join.IsCompletedSuccessfully))
            await joining[0].ConfigureAwait(false);
        foreach (var failed in joining.Where(join => join.IsFaulted))
            SentinelLog.RedisUnavailable(logger, failed.Exception!.InnerException!.Message);
    }

    private Shard[] Make()
    {
        var all = options.EffectiveQueues.Count;
        return connection.IsClustered ? [.. Enumerable.Range(0, all).Select(first => New(first, 1))] : [New(0, all)];

        Shard New(int first, int count) => new(options, identity, connection, scripts, first, count, metrics, logger, time, forced);
    }

    /// <summary>Lets a worker take tasks. One queue is enough: there is work for it, and the others follow.</summary>
    public async Task<bool> RegisterAsync(string incarnation) => All.Count == 1
        ? await All[0].RegisterAsync(incarnation).ConfigureAwait(false)
        : (await Task.WhenAll(All.Select(shard => shard.RegisterSoonAsync(incarnation, MaxRegistration))).ConfigureAwait(false)).Contains(true);

    /// <summary>Whether nothing runs and nothing waits that would be run.</summary>
    public async Task<bool> IsIdleAsync(CancellationToken cancellationToken)
    {
        foreach (var shard in All)
        {
            if (!await shard.IsIdleAsync(cancellationToken).ConfigureAwait(false))
                return false;
        }

        return true;
    }

    /// <summary>Takes the tasks of the last workers back, and leaves.</summary>
    public Task LeaveAsync(IReadOnlyList<string> workers, TimeSpan limit) => Task.WhenAll(All.Select(shard => shard.LeaveAsync(workers, limit)));

    public async ValueTask DisposeAsync()
    {
        foreach (var shard in All)
            await shard.DisposeAsync().ConfigureAwait(false);
    }
}
