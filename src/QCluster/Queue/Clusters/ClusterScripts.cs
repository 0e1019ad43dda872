using System.Globalization;
using QCluster.Redis;
using StackExchange.Redis;

namespace QCluster.Queue.Clusters;

/// <summary>
/// The calls of workers and clusters in one queue: claim tasks, end or return attempts, send heartbeats, reclaim the tasks of dead ones. The
/// headers of the scripts describe each call. For clusters, and for consumers, which to Redis are clusters with one worker.
/// </summary>
internal class ClusterScripts
{
    private const int MaxBatch = 500;

    private static readonly RedisScript RegisterScript = RedisScript.Load("register");
    private static readonly RedisScript ResyncScript = RedisScript.Load("resync");
    private static readonly RedisScript ClaimScript = RedisScript.Load("claim");
    private static readonly RedisScript AckScript = RedisScript.Load("ack");
    private static readonly RedisScript ReleaseScript = RedisScript.Load("release");
    private static readonly RedisScript FenceScript = RedisScript.Load("fence");
    private static readonly RedisScript ReclaimScript = RedisScript.Load("reclaim");
    private static readonly RedisScript HeartbeatScript = RedisScript.Load("heartbeat");
    private static readonly RedisScript LeaveScript = RedisScript.Load("leave");
    private static readonly RedisScript OrphansScript = RedisScript.Load("orphans");
    private static readonly RedisScript LookScript = RedisScript.Load("look");

    private readonly int _maxElementSize;
    private readonly string _lowShare;

    /// <param name="connection">The connection.</param>
    /// <param name="keys">The queue's keys.</param>
    /// <param name="maxElementSize">Larger elements are set aside.</param>
    /// <param name="lowShare">The minimum share of claims for low-priority tasks while any wait; 0 = a low task starts only when no other waits.</param>
    public ClusterScripts(RedisConnection connection, RedisKeys keys, int maxElementSize, double lowShare = 0)
    {
        _lowShare = lowShare.ToString(CultureInfo.InvariantCulture);
        Connection = connection;
        Keys = keys;
        _maxElementSize = maxElementSize;
    }

    public RedisKeys Keys { get; }

    private protected RedisConnection Connection { get; }

    /// <summary>False if the cluster has been declared dead.</summary>
    public async Task<bool> RegisterAsync(string incarnation, string cluster, CancellationToken cancellationToken) =>
        (long)await Connection.JoinedScriptAsync(RegisterScript, Keys.Registrations, [Keys.Prefix, incarnation, cluster], cancellationToken).ConfigureAwait(false) == 1;

    /// <summary>A new epoch, and the tasks in flight that the worker does not hold; null if it is fenced.</summary>
    public async Task<(string Registration, byte[] Tasks)?> ResyncAsync(string incarnation, IReadOnlyCollection<byte[]> held, CancellationToken cancellationToken)
    {
        var arguments = new RedisValue[2 + held.Count];
        arguments[0] = Keys.Prefix;
        arguments[1] = incarnation;
        var i = 2;
        foreach (var attempt in held)
            arguments[i++] = attempt;
        var reply = await CallAsync(ResyncScript, Keys.Registrations, arguments, cancellationToken).ConfigureAwait(false);
        if (reply.IsNull)
            return null;
        var parts = (RedisResult[])reply!;
        return ((string)parts[0]!, Joined((byte[][])parts[1]!));
    }

    private static byte[] Joined(byte[][] parts)
    {
        if (parts.Length == 1)
            return parts[0];
        var whole = new byte[parts.Sum(p => p.Length)];
        var at = 0;
        foreach (var part in parts)
        {
            part.CopyTo(whole, at);
            at += part.Length;
        }

        return whole;
    }

    /// <summary>
    /// Not repeated automatically: if the reply is lost, <see cref="ResyncAsync"/> finds the claimed tasks. Its new epoch
    /// also refuses a late CLAIM.
    /// </summary>
    public async Task<ClaimReply> ClaimAsync(IReadOnlyList<ClaimRequest> workers, CancellationToken cancellationToken)
    {
        var arguments = new RedisValue[3 + (3 * workers.Count)];
        arguments[0] = Keys.Prefix;
        arguments[1] = _maxElementSize;
        arguments[2] = _lowShare;
        for (var i = 0; i < workers.Count; i++)
        {
            arguments[3 + (3 * i)] = workers[i].Incarnation;
            arguments[4 + (3 * i)] = workers[i].Registration;
            arguments[5 + (3 * i)] = workers[i].RoomText;
        }

        var reply = (RedisResult[])(await Connection.ScriptAsync(ClaimScript, [Keys.Registrations], arguments, RetryMode.Never, cancellationToken).ConfigureAwait(false))!;
        var tasks = new byte[]?[workers.Count];
        for (var i = 0; i < workers.Count; i++)
            tasks[i] = 4 + i < reply.Length && !reply[4 + i].IsNull ? Joined((byte[][])reply[4 + i]!) : null;
        var damaged = ((RedisResult[])reply[3]!).Select(r => (byte[])r!).ToArray();
        return new ClaimReply((long)reply[0], Array.ConvertAll((RedisResult[])reply[1]!, static r => (long)r), (long)reply[2], damaged, tasks);
    }

    /// <summary>One status for each outcome, in order.</summary>
    public async Task<AckStatus[]> AckAsync(string incarnation, IReadOnlyList<AckItem> outcomes, CancellationToken cancellationToken)
    {
        if (outcomes.Count == 0)
            return [];
        // Nearly always all are alike.
        int[][] groups = outcomes.All(o => IsAlike(o, outcomes[0]))
            ? [[.. Enumerable.Range(0, outcomes.Count)]]
            : [.. Enumerable.Range(0, outcomes.Count).GroupBy(i => (outcomes[i].KeepMilliseconds, outcomes[i].Kind), (_, members) => members.ToArray())];
        var arguments = new RedisValue[2 + (3 * groups.Length) + (2 * outcomes.Count)];
        arguments[0] = Keys.Prefix;
        arguments[1] = incarnation;
        var at = 2;
        foreach (var group in groups)
        {
            arguments[at++] = outcomes[group[0]].KeepMilliseconds;
            arguments[at++] = (int)outcomes[group[0]].Kind;
            arguments[at++] = group.Length;
            foreach (var i in group)
            {
                arguments[at++] = outcomes[i].Attempt;
                arguments[at++] = outcomes[i].Outcome;
            }
        }

        var reply = (string)(await CallAsync(AckScript, Keys.InFlight(incarnation), arguments, cancellationToken).ConfigureAwait(false))!;
        var statuses = new AckStatus[outcomes.Count];
        var next = 0;
        foreach (var i in groups.SelectMany(g => g))
        {
            statuses[i] = reply[next++] switch
            {
                '1' => AckStatus.Saved,
                '2' => AckStatus.PassedOn,
                '0' => AckStatus.Duplicate,
                _ => AckStatus.Fenced,
            };
        }

        return statuses;
    }

    private static bool IsAlike(in AckItem one, in AckItem other) => one.KeepMilliseconds == other.KeepMilliseconds && one.Kind == other.Kind;

    public async Task ReleaseAsync(string incarnation, IReadOnlyList<byte[]> attempts, CancellationToken cancellationToken)
    {
        // Later parts first: each goes to the head of its list.
        for (var end = attempts.Count; end > 0; end -= MaxBatch)
        {
            var start = Math.Max(0, end - MaxBatch);
            var arguments = new RedisValue[1 + end - start];
            arguments[0] = Keys.Prefix;
            for (var i = start; i < end; i++)
                arguments[1 + i - start] = attempts[i];
            await CallAsync(ReleaseScript, Keys.InFlight(incarnation), arguments, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Fences an incarnation and returns the elements of its tasks in flight.</summary>
    public async Task<IReadOnlyList<byte[]>> FenceAsync(string incarnation, CancellationToken cancellationToken) =>
        Array.ConvertAll((RedisResult[])(await CallAsync(FenceScript, Keys.Registrations, [Keys.Prefix, incarnation], cancellationToken).ConfigureAwait(false))!, static r => (byte[])r!);

    public async Task<long> ReclaimAsync(string incarnation, IReadOnlyList<ReclaimItem> items, CancellationToken cancellationToken)
    {
        long total = 0;
        var end = items.Count;
        do
        {
            var start = Math.Max(0, end - MaxBatch);
            var arguments = new RedisValue[2 + (4 * (end - start))];
            arguments[0] = Keys.Prefix;
            arguments[1] = incarnation;
            for (var i = start; i < end; i++)
            {
                var at = 2 + (4 * (i - start));
                arguments[at] = items[i].Attempt;
                arguments[at + 1] = ((char)items[i].Decision).ToString();
                arguments[at + 2] = items[i].Outcome;
                arguments[at + 3] = items[i].KeepMilliseconds;
            }

            total += (long)await CallAsync(ReclaimScript, Keys.Registrations, arguments, cancellationToken).ConfigureAwait(false);
            end = start;
        }
        while (end > 0);
        return total;
    }

    /// <summary>The ids with a requested cancel; null if the cluster has been declared dead.</summary>
    public async Task<IReadOnlyList<byte[]>?> HeartbeatAsync(string cluster, TimeSpan timeToLive, byte[] description, bool first, IReadOnlyCollection<byte[]> cancelsHandled, CancellationToken cancellationToken, int slots = 0, byte[]? running = null)
    {
        var arguments = new RedisValue[7 + cancelsHandled.Count];
        arguments[0] = Keys.Prefix;
        arguments[1] = cluster;
        arguments[2] = (long)timeToLive.TotalMilliseconds;
        arguments[3] = description;
        arguments[4] = first ? "1" : "";
        arguments[5] = slots;
        arguments[6] = running ?? [];
        var i = 7;
        foreach (var id in cancelsHandled)
            arguments[i++] = id;
        var reply = (RedisResult[])(await Connection.JoinedScriptAsync(HeartbeatScript, Keys.Heartbeats, arguments, cancellationToken).ConfigureAwait(false))!;
        return (long)reply[0] == 0 ? null : reply.Skip(1).Select(r => (byte[])r!).ToArray();
    }

    public Task LeaveAsync(string cluster, CancellationToken cancellationToken) =>
        CallAsync(LeaveScript, Keys.Heartbeats, [Keys.Prefix, cluster], cancellationToken);

    /// <summary>The incarnations without a live cluster, with that cluster.</summary>
    public async Task<IReadOnlyList<(string Incarnation, string Cluster)>> OrphansAsync(CancellationToken cancellationToken)
    {
        var reply = (RedisResult[])(await Connection.JoinedScriptAsync(OrphansScript, Keys.Heartbeats, [Keys.Prefix], cancellationToken).ConfigureAwait(false))!;
        var orphans = new List<(string, string)>();
        for (var i = 0; i + 1 < reply.Length; i += 2)
            orphans.Add(((string)reply[i]!, (string)reply[i + 1]!));
        return orphans;
    }

    /// <summary>Tells whether a claim would find tasks: 0 = yes, else the milliseconds until it may, or -1.</summary>
    public async Task<long> LookAsync(CancellationToken cancellationToken) =>
        (long)await Connection.JoinedScriptAsync(LookScript, Keys.Registrations, [Keys.Prefix], cancellationToken).ConfigureAwait(false);

    private protected Task<RedisResult> CallAsync(RedisScript script, RedisKey key, RedisValue[] arguments, CancellationToken cancellationToken) =>
        Connection.ScriptAsync(script, [key], arguments, RetryMode.Idempotent, cancellationToken);
}
