using QCluster.Model;
using StackExchange.Redis;

namespace QCluster.Queue;

/// <summary>
/// Every key and channel in Redis. Nothing else builds one, which RedisKeysTests holds. All keys of a queue start with
/// <c>q:{name:queue}:</c>: one hash tag, so that its scripts touch one slot of a Redis Cluster.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>l:LANE</term><description>list of the waiting task elements of a lane: a priority (0-9), or A to J for those of priority 0 to 9 that get a worker process to themselves; head = next</description></item>
/// <item><term>h</term><description>hash: lane -> number of the head element (each list is numbered without end); <c>limit</c> -> how many tasks may wait, if there is a limit: it is read with the numbers</description></item>
/// <item><term>s:BUCKET</term><description>hash: id -> where an unfinished task is: place, <c>aN:</c>place (attempt N), <c>dLANE</c> or <c>dN:LANE</c> delayed, <c>pN:LANE</c> kept back by a limit; it ends with the lane</description></item>
/// <item><term>p:LANEGATE, pe, pk</term><description>ids kept back by a limit, by lane and gate (<c>l</c> rate or <c>k</c> concurrency, and its key); hash: id -> element; sorted set: gate -> when to look again (Unix ms)</description></item>
/// <item><term>lt:KEY, lc:KEY</term><description>a rate limit: when the next start would come at an even pace (Unix us); a concurrency limit: ids of what runs</description></item>
/// <item><term>d, de</term><description>sorted set of delayed ids by due time (Unix ms), and hash: id -> element</description></item>
/// <item><term>nv</term><description>list of elements of a later version, left for pushers that know it</description></item>
/// <item><term>w</term><description>hash: worker incarnation -> <c>epoch:cluster</c>, or <c>!:cluster</c> once fenced</description></item>
/// <item><term>f:INCARNATION</term><description>hash: attempt key -> element, the tasks a worker owns</description></item>
/// <item><term>c, ci</term><description>sorted set of clusters by the time their heartbeat runs out, and hash: cluster -> description</description></item>
/// <item><term>cr</term><description>hash: cluster -> the tasks of this queue that it runs, as of its last heartbeat</description></item>
/// <item><term>cc</term><description>hash: cluster -> how many tasks it runs at a time</description></item>
/// <item><term>fn:CLUSTER</term><description>set of the functions that a cluster's workers have</description></item>
/// <item><term>sc, sd, sx:NAME</term><description>schedules: hash, name -> definition; sorted set by the next due time (Unix ms); how each is doing</description></item>
/// <item><term>ph</term><description>hash: name of a periodic task class -> the queue that has its schedule; only among the keys of the queue <c>default</c>, for all of them; stays</description></item>
/// <item><term>em, eml, emc</term><description>failed tasks to be told of by mail; which monitor is at it; mails sent in this minute</description></item>
/// <item><term>cn:CLUSTER</term><description>set of running ids to be cancelled there</description></item>
/// <item><term>cq</term><description>hash: id of a task in flight that is wanted cancelled -> how long to keep its record, and the outcome it ends with if it comes back</description></item>
/// <item><term>cx</term><description>hash: lane -> how many cancelled elements still stand in its list</description></item>
/// <item><term>wkC</term><description>list with at most one token, which a pusher with room for tasks of the class C (l, n, h, c; i isolated) waits for</description></item>
/// <item><term>rp:ID</term><description>the enqueue that begins with this id was sent again: what was sent first, should it come late, is not fresh any more</description></item>
/// <item><term>ls</term><description>how many tasks of low priority are owed their share</description></item>
/// <item><term>wt</term><description>hash: id -> channels of the clients that wait for its end</description></item>
/// <item><term>r:ID</term><description>record of a finished task, with a time-to-live; empty when its result is not kept</description></item>
/// <item><term>sv:STATE</term><description>list of the uncached tasks that ended in this state (3, 4, 5), newest first: id, Unix seconds, and <c>h</c> for a member of a group or chain that had not ended</description></item>
/// <item><term>n:NAME</term><description>id of the task that was enqueued last under a name; lives until that one's record goes</description></item>
/// <item><term>u:KEY</term><description>id of the task that holds a unique key, for its window or until it has ended</description></item>
/// <item><term>g:LABEL, gi:LABEL</term><description>finished members of a group, and what is known of it; live until the last of its records goes</description></item>
/// <item><term>gh:WHOLE, ge, gr</term><description>members of a group or chain, whose records stay until it has ended; sorted set of those that have ended, by when their records are let go (Unix ms); what is being let go. At most seven days</description></item>
/// <item><term>ch:ID, cl:ID</term><description>a chain, and its steps to come; live until the chain has ended, the first as long as its results</description></item>
/// <item><term>o</term><description>list of what a monitor is to do in other queues: next steps of chains, ends of steps</description></item>
/// <item><term>cf</term><description>hash of settings that scripts obey, from the cluster that joined last: <c>save_limit</c>, <c>dead_ttl</c>, <c>mail</c></description></item>
/// <item><term>st</term><description>hash of counters</description></item>
/// <item><term>hs</term><description>list of what was counted at regular times, for half an hour</description></item>
/// <item><term>pz</term><description>since when the queue is paused (Unix ms); lives until it goes on</description></item>
/// <item><term>ow</term><description>hash: lane -> marks, up to which number the list reached at a time; they tell how long its head has waited</description></item>
/// <item><term>bad</term><description>list of the last 100 damaged or refused elements</description></item>
/// <item><term>dl</term><description>sorted set of the last 10,000 ids that were given up, by the time (Unix ms)</description></item>
/// </list>
/// Across queues: <c>q:{name}:queues</c>, the set of queue names, and <c>q:{name}:wi:ID</c>, the token with which a pusher ends its own wait.
/// </remarks>
internal sealed class RedisKeys
{
    public RedisKeys(string name, string queue)
    {
        Queue = queue;
        Prefix = $"q:{{{name}:{queue}}}:";
        Registrations = Prefix + KeySuffix.Registrations;
        Heartbeats = Prefix + KeySuffix.Heartbeats;
        Delayed = Prefix + KeySuffix.Delayed;
        ClusterInfo = Prefix + KeySuffix.ClusterInfo;
        CancelChannelPrefix = Prefix + "cancel:";
        _lists = TaskLane.All.ToDictionary(lane => lane, lane => (RedisKey)(Prefix + ListOf(lane)));
        _prefix = System.Text.Encoding.UTF8.GetBytes(Prefix);
    }

    private readonly Dictionary<TaskLane, RedisKey> _lists;
    private readonly byte[] _prefix;

    public string Queue { get; }

    public string Prefix { get; }

    public RedisKey Registrations { get; }

    public RedisKey Heartbeats { get; }

    public RedisKey Delayed { get; }

    public RedisKey ClusterInfo { get; }

    public string CancelChannelPrefix { get; }

    public RedisKey List(TaskLane lane) => _lists[lane];

    /// <summary>The token that says that tasks of a class wait: l, n, h, c or i.</summary>
    public string WakeToken(char taskClass) => Prefix + KeySuffix.WakeToken + taskClass;

    /// <summary>Matches all of them.</summary>
    public string All => Prefix + "*";

    public RedisKey Heads => Prefix + KeySuffix.Heads;

    public RedisKey Settings => Prefix + KeySuffix.Settings;

    public RedisKey Paused => Prefix + KeySuffix.Paused;

    public RedisKey Outbox => Prefix + KeySuffix.Outbox;

    public string OutboxChannel => Prefix + "outbox";

    public string SchedulesChannel => Prefix + "schedules";

    public RedisKey Saved(int state) => Prefix + KeySuffix.SavedIn((TaskState)state);

    public RedisKey Chain(ReadOnlySpan<byte> id) => Named(KeySuffix.Chain, id);

    public RedisKey InFlight(string incarnation) => Prefix + KeySuffix.InFlight + incarnation;

    public RedisKey Record(ReadOnlySpan<byte> id) => Named(KeySuffix.Record, id);

    /// <summary>A key by the suffix that it begins with, and what follows that.</summary>
    public RedisKey Named(string suffix, ReadOnlySpan<byte> rest = default)
    {
        var key = new byte[_prefix.Length + suffix.Length + rest.Length];
        _prefix.CopyTo(key, 0);
        System.Text.Encoding.ASCII.GetBytes(suffix, key.AsSpan(_prefix.Length));
        rest.CopyTo(key.AsSpan(_prefix.Length + suffix.Length));
        return key;
    }

    /// <summary>The suffix of a lane's list.</summary>
    public static string ListOf(TaskLane lane) => KeySuffix.List + lane;

    /// <summary>Whether a suffix begins with another one, and what follows that.</summary>
    public static bool TryRest(ReadOnlySpan<byte> suffix, string beginning, out ReadOnlySpan<byte> rest)
    {
        Span<byte> wanted = stackalloc byte[beginning.Length];
        System.Text.Encoding.ASCII.GetBytes(beginning, wanted);
        rest = suffix.StartsWith(wanted) ? suffix[wanted.Length..] : default;
        return suffix.StartsWith(wanted);
    }

    /// <summary>What follows the prefix of its queue in a key.</summary>
    public static ReadOnlySpan<byte> SuffixOf(ReadOnlySpan<byte> key) => key[(key.IndexOf("}:"u8) + 2)..];

    /// <summary>Matches all keys of all queues of a name.</summary>
    public static string AllOf(string name) => $"q:{{{name}:*";

    /// <summary>Matches the keys of a name that belong to no queue.</summary>
    public static string AcrossQueues(string name) => $"q:{{{name}}}:*";

    public static RedisKey Queues(string name) => $"q:{{{name}}}:queues";

    /// <summary>The token with which a pusher ends its own wait; lives until it is taken.</summary>
    public static RedisKey Interrupt(string name, string pusher) => $"q:{{{name}}}:wi:{pusher}";

    public static string CompletionChannel(string name, string client) => $"q:{{{name}}}:done:{client}";
}
