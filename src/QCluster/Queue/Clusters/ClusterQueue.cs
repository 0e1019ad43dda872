using System.Globalization;
using QCluster.Model;
using QCluster.Redis;
using StackExchange.Redis;

namespace QCluster.Queue.Clusters;

/// <summary>The cluster's side of one queue in Redis: the calls of pusher, monitor and sentinel.</summary>
internal sealed class ClusterQueue : ClusterScripts
{
    private static readonly RedisScript OutboxLookScript = RedisScript.Load("outbox_look");
    private static readonly RedisScript OutboxDoneScript = RedisScript.Load("outbox_done");
    private static readonly RedisScript ChainAdvanceScript = RedisScript.Load("chain_advance");
    private static readonly RedisScript HeldReleaseScript = RedisScript.Load("held_release");
    private static readonly RedisScript HeldEndScript = RedisScript.Load("held_end");
    private static readonly RedisScript RecordsScript = RedisScript.Load("records");
    private static readonly RedisScript ArchivedScript = RedisScript.Load("archived");
    private static readonly RedisScript ForcedScript = RedisScript.Load("forced");

    /// <inheritdoc />
    public ClusterQueue(RedisConnection connection, RedisKeys keys, int maxElementSize, double lowShare = 0)
        : base(connection, keys, maxElementSize, lowShare)
    {
    }

    /// <summary>Cuts its connection.</summary>
    public void Drop() => Connection.Drop();

    /// <summary>Adds the queue to the list of queues, and its settings to those of the scripts.</summary>
    /// <param name="name">The cluster name.</param>
    /// <param name="saveLimit">The number of uncached records that are kept. Null: a database keeps them.</param>
    /// <param name="deadTtl">The minimum time to keep the record of a dead-lettered task.</param>
    /// <param name="mails">True if failures are reported by mail.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task AnnounceAsync(string name, int? saveLimit, TimeSpan deadTtl, bool mails, CancellationToken cancellationToken)
    {
        await ForcedAsync(RedisKeys.Queues(name), ["SADD", Keys.Queue], cancellationToken).ConfigureAwait(false);
        var limit = saveLimit?.ToString(CultureInfo.InvariantCulture) ?? "db";
        await ForcedAsync(Keys.Settings, ["HSET", "save_limit", limit, "dead_ttl", (long)deadTtl.TotalMilliseconds, "mail", mails ? "1" : "0"], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sets the limit for the scripts that enqueue: from now on they refuse calls beyond it.</summary>
    /// <param name="limit">The maximum number of waiting tasks. Null: no limit.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task LimitAsync(int? limit, CancellationToken cancellationToken) =>
        ForcedAsync(Keys.Heads, limit is { } number ? ["HSET", "limit", number] : ["HDEL", "limit"], cancellationToken);

    /// <summary>Returns the pending work for other queues, oldest first.</summary>
    public async Task<IReadOnlyList<byte[]>> OutboxAsync(CancellationToken cancellationToken) =>
        Array.ConvertAll((RedisResult[])(await Connection.JoinedScriptAsync(OutboxLookScript, Keys.Outbox, [], cancellationToken).ConfigureAwait(false))!, static r => (byte[])r!);

    public async Task OutboxDoneAsync(IReadOnlyList<byte[]> entries, CancellationToken cancellationToken) =>
        await CallAsync(OutboxDoneScript, Keys.Outbox, [.. entries.Select(e => (RedisValue)e)], cancellationToken).ConfigureAwait(false);

    /// <summary>Ends a step of a chain of this queue that ran in another queue.</summary>
    public async Task AdvanceChainAsync(ChainAdvance advance, CancellationToken cancellationToken) =>
        await CallAsync(
            ChainAdvanceScript,
            Keys.Chain(advance.Chain),
            [Keys.Prefix, advance.Chain, advance.Step, advance.State, advance.Task, advance.Queue, advance.KeepMilliseconds, advance.Record],
            cancellationToken).ConfigureAwait(false);

    /// <summary>Releases records whose group or chain has ended. Returns their number; the maximum if there may be more.</summary>
    public async Task<long> ReleaseHeldAsync(int most, CancellationToken cancellationToken) =>
        (long)await Connection.JoinedScriptAsync(HeldReleaseScript, Keys.Named(KeySuffix.HeldEnded), [Keys.Prefix, most], cancellationToken).ConfigureAwait(false);

    /// <summary>Ends a chain of another queue: its records in this one are released.</summary>
    public async Task EndHeldAsync(byte[] chain, CancellationToken cancellationToken) =>
        await CallAsync(HeldEndScript, Keys.Named(KeySuffix.HeldEnded), [Keys.Prefix, chain], cancellationToken).ConfigureAwait(false);

    /// <summary>The oldest uncached tasks of one state, oldest first, for the database: entries, with their remaining records.</summary>
    public async Task<IReadOnlyList<(byte[] Entry, byte[]? Record)>> UnsavedAsync(int state, int most, CancellationToken cancellationToken)
    {
        var entries = (RedisResult[])(await Connection.ExecuteAsync("LRANGE", [(string)Keys.Saved(state)!, -most, -1], RetryMode.Idempotent, cancellationToken).ConfigureAwait(false))!;
        if (entries.Length == 0)
            return [];
        var bytes = Array.ConvertAll(entries, static e => (byte[])e!);
        // From the end of the list, from which they are removed; large records come in parts.
        Array.Reverse(bytes);
        RedisValue[] arguments = [Keys.Prefix, .. bytes.Select(b => (RedisValue)b[..TaskId.ByteLength])];
        var records = (RedisResult[])(await CallAsync(RecordsScript, Keys.Saved(state), arguments, cancellationToken).ConfigureAwait(false))!;
        return [.. bytes.Zip(records, static (entry, record) => (entry, record.IsNull ? null : (byte[])record!))];
    }

    /// <summary>The database has them.</summary>
    public async Task ArchivedAsync(int state, IEnumerable<byte[]> entries, TimeSpan keep, CancellationToken cancellationToken) =>
        await CallAsync(ArchivedScript, Keys.Saved(state), [Keys.Prefix, (long)keep.TotalMilliseconds, .. entries.Select(e => (RedisValue)e)], cancellationToken).ConfigureAwait(false);

    /// <summary>A full Redis must not keep a cluster from starting: the cluster empties it.</summary>
    private Task<RedisResult> ForcedAsync(RedisKey key, RedisValue[] command, CancellationToken cancellationToken) =>
        Connection.ScriptAsync(ForcedScript, [key], command, RetryMode.Idempotent, cancellationToken);
}
