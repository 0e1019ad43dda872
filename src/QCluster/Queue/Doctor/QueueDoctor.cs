using System.Text;
using QCluster.Model;
using QCluster.Redis;
using StackExchange.Redis;

namespace QCluster.Queue.Doctor;

/// <summary>
/// Checks the invariants of docs/architecture.md in a queue that may be in use: one script reads each thing as a whole, so its
/// findings are consistent, and mending happens at the same instant.
/// </summary>
internal sealed class QueueDoctor(RedisConnection connection, RedisKeys keys, bool mend)
{
    private const int MaxBatch = 500;

    private static readonly RedisScript DoctorScript = RedisScript.Load("doctor");

    private static readonly Dictionary<string, (string Problem, string Remedy)> Meanings = new(StringComparer.Ordinal)
    {
        ["bad state"] = ("its state cannot be read", "the state is removed"),
        ["wrong place"] = ("it waits at another place than its state says", "nothing: it runs anyway"),
        ["state without task"] = ("its state says unfinished, but the task is missing: it is lost", "the state is removed, so that no client waits for it"),
        ["finished and unfinished"] = ("it has a record, but its state says unfinished", "the state is removed"),
        ["finished and waiting"] = ("it has a record and is still in a list", "it is skipped"),
        ["task without state"] = ("it waits, but has no state", "its state is written again"),
        ["delayed without task"] = ("it is delayed, but the task is missing: it is lost", "the entry is removed"),
        ["delayed without time"] = ("it is delayed, but its due time is missing", "it runs now"),
        ["in flight for nobody"] = ("tasks are in flight for a worker that is not registered", "the worker is fenced, and a cluster reclaims the tasks"),
        ["cancels for nobody"] = ("cancels wait for a cluster that does not exist", "they are removed"),
        ["cancel of nothing"] = ("its cancel was requested, but it has ended", "the request is removed"),
        ["wait for nothing"] = ("clients wait for it, but it has ended", "the entry is removed"),
        ["permit without task"] = ("a task that is not in flight holds a permit of this concurrency limit", "the permit is released"),
        ["parked for good"] = ("tasks are held back by this limit without a time to check it", "it is checked again"),
        ["record for ever"] = ("its record has no time-to-live and no database is used", "it is kept for one more day"),
    };

    private readonly List<Finding> _findings = [];

    public async Task<IReadOnlyList<Finding>> ExamineAsync(CancellationToken cancellationToken)
    {
        await ExamineKeysAsync(cancellationToken).ConfigureAwait(false);
        foreach (var lane in TaskLane.All)
            await ExamineListAsync(RedisKeys.ListOf(lane), cancellationToken).ConfigureAwait(false);
        await ExamineListAsync(KeySuffix.NewerVersions, cancellationToken).ConfigureAwait(false);
        await CheckAllAsync("d", await ItemsAsync("ZRANGE", KeySuffix.Delayed, [0, -1], cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        await CheckAllAsync("D", await ItemsAsync("HKEYS", KeySuffix.DelayedElements, [], cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        await CheckAllAsync("p", await ItemsAsync("HKEYS", KeySuffix.ParkedElements, [], cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        await CheckAllAsync("q", await ItemsAsync("HKEYS", KeySuffix.CancelOutcomes, [], cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        await CheckAllAsync("w", await ItemsAsync("HKEYS", KeySuffix.Waiters, [], cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return _findings;
    }

    private async Task ExamineKeysAsync(CancellationToken cancellationToken)
    {
        var prefix = Encoding.UTF8.GetBytes(keys.Prefix);
        var cursor = "0";
        do
        {
            var reply = (RedisResult[])(await connection.ExecuteAsync("SCAN", [cursor, "MATCH", keys.All, "COUNT", "1000"], RetryMode.Idempotent, cancellationToken).ConfigureAwait(false))!;
            cursor = (string)reply[0]!;
            foreach (var key in (byte[][])reply[1]!)
                await ExamineKeyAsync(key[prefix.Length..], cancellationToken).ConfigureAwait(false);
        }
        while (cursor != "0");
    }

    private Task ExamineKeyAsync(byte[] suffix, CancellationToken cancellationToken)
    {
        if (RedisKeys.TryRest(suffix, KeySuffix.State, out var bucket))
            return ExamineStatesAsync(keys.Named(KeySuffix.State, bucket), cancellationToken);
        if (RedisKeys.TryRest(suffix, KeySuffix.InFlight, out var incarnation))
            return CheckAsync("f", incarnation.ToArray(), cancellationToken);
        if (RedisKeys.TryRest(suffix, KeySuffix.Cancels, out var cluster))
            return CheckAsync("c", cluster.ToArray(), cancellationToken);
        if (RedisKeys.TryRest(suffix, KeySuffix.ConcurrencyLimit, out var limit))
            return CheckAsync("k", limit.ToArray(), cancellationToken);
        // The lane precedes the gate.
        if (RedisKeys.TryRest(suffix, KeySuffix.Parked, out var gate) && gate.Length > 0)
            return CheckAsync("g", gate[1..].ToArray(), cancellationToken);
        return RedisKeys.TryRest(suffix, KeySuffix.Record, out var id) ? CheckAsync("r", id.ToArray(), cancellationToken) : Task.CompletedTask;
    }

    private async Task ExamineStatesAsync(RedisKey bucket, CancellationToken cancellationToken) =>
        await CheckAllAsync("s", await ItemsAsync("HKEYS", bucket, [], cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    private async Task ExamineListAsync(string list, CancellationToken cancellationToken)
    {
        for (var from = 0; ; from += MaxBatch)
        {
            var elements = await ItemsAsync("LRANGE", list, [from, from + MaxBatch - 1], cancellationToken).ConfigureAwait(false);
            if (elements.Count == 0)
                return;
            await CheckAllAsync("e", elements, cancellationToken, list).ConfigureAwait(false);
        }
    }

    private Task<IReadOnlyList<byte[]>> ItemsAsync(string command, string suffix, object[] more, CancellationToken cancellationToken) =>
        ItemsAsync(command, keys.Named(suffix), more, cancellationToken);

    private async Task<IReadOnlyList<byte[]>> ItemsAsync(string command, RedisKey key, object[] more, CancellationToken cancellationToken) =>
        (byte[][])(await connection.ExecuteAsync(command, [key, .. more], RetryMode.Idempotent, cancellationToken).ConfigureAwait(false))!;

    private async Task CheckAllAsync(string kind, IReadOnlyList<byte[]> things, CancellationToken cancellationToken, string? list = null)
    {
        foreach (var part in things.Chunk(MaxBatch))
            await Task.WhenAll(part.Select(thing => CheckAsync(kind, thing, cancellationToken, list))).ConfigureAwait(false);
    }

    private async Task CheckAsync(string kind, byte[] thing, CancellationToken cancellationToken, string? list = null)
    {
        RedisValue[] arguments = [keys.Prefix, kind, thing, mend ? "1" : "", .. list is null ? Array.Empty<RedisValue>() : [list]];
        var reply = await connection.ScriptAsync(DoctorScript, [keys.Registrations], arguments, RetryMode.Idempotent, cancellationToken).ConfigureAwait(false);
        if (reply.IsNull)
            return;
        var word = (string)reply!;
        var (problem, remedy) = Meanings.GetValueOrDefault(word, (word, ""));
        lock (_findings)
            _findings.Add(new Finding(keys.Queue, Name(kind, thing), problem, remedy, mend && word != "wrong place"));
    }

    private string Name(string kind, byte[] thing) => kind switch
    {
        "f" or "c" or "k" or "g" => Encoding.UTF8.GetString(thing),
        "e" => new TaskId(new Guid(thing.AsSpan(4, TaskId.ByteLength), bigEndian: true), keys.Queue).ToString(),
        _ when thing.Length == TaskId.ByteLength => TaskId.FromBytes(thing, keys.Queue).ToString(),
        _ => Convert.ToHexStringLower(thing),
    };
}
