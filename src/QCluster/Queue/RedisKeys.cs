using QCluster.Model;
using StackExchange.Redis;

namespace QCluster.Queue;

/// <summary>
/// Builds every key and channel in Redis. No other code builds one: RedisKeysTests check that. All keys of a queue start with
/// <c>q:{name:queue}:</c>, one hash tag, so that its scripts touch one slot of a Redis Cluster.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>l:LANE</term><description>list of the waiting task elements of a lane; the head is next. A lane is a priority (0-9), or A to J for isolated tasks of priority 0 to 9</description></item>
/// <item><term>h</term><description>hash: lane -> number of the head element (the elements of a list are numbered without end); <c>limit</c> -> maximum number of waiting tasks, if there is one, since every enqueue reads this hash anyway</description></item>
/// <item><term>s:BUCKET</term><description>hash: id -> state of an unfinished task: number in its list, <c>aN:</c>number (attempt N), <c>dLANE</c> or <c>dN:LANE</c> delayed, <c>pN:LANE</c> parked by a limit; a number is followed by the lane</description></item>
/// <item><term>p:LANEGATE, pe, pk</term><description>list of the ids parked by a limit, by lane and gate (<c>l</c> rate or <c>k</c> concurrency, and the key of the limit); hash: id -> element; sorted set: gate -> time of the next check (Unix ms)</description></item>
/// <item><term>lt:KEY, lc:KEY</term><description>rate limit: next start at an even pace (Unix µs); concurrency limit: ids of the running tasks</description></item>
/// <item><term>d, de</term><description>sorted set of the delayed ids by due time (Unix ms); hash: id -> element</description></item>
/// <item><term>nv</term><description>list of elements of a later version, left for pushers that know it</description></item>
/// <item><term>w</term><description>hash: worker incarnation -> <c>epoch:cluster</c>, or <c>!:cluster</c> once fenced</description></item>
/// <item><term>f:INCARNATION</term><description>hash: attempt key -> element; the in-flight tasks that a worker owns</description></item>
/// <item><term>c, ci</term><description>sorted set of the clusters by the time at which their heartbeat expires; hash: cluster -> description</description></item>
/// <item><term>cr</term><description>hash: cluster -> its running tasks of this queue, at its last heartbeat</description></item>
/// <item><term>cc</term><description>hash: cluster -> number of tasks it can run at a time</description></item>
/// <item><term>fn:CLUSTER</term><description>set of the functions that the workers of a cluster have announced</description></item>
/// <item><term>sc, sd, sx:NAME</term><description>schedules: hash, name -> definition; sorted set by the next due time (Unix ms); hash with the state of one schedule</description></item>
/// <item><term>ph</term><description>hash: name of a periodic task class -> the queue with its schedule. Only among the keys of the queue <c>default</c>, for all queues. Does not expire</description></item>
/// <item><term>em, eml, emc</term><description>list of the failed tasks to report by mail; the lease of the monitor that sends them; number of mails sent in this minute</description></item>
/// <item><term>cn:CLUSTER</term><description>set of the running ids with a requested cancel</description></item>
/// <item><term>cq</term><description>hash: id of an in-flight task with a requested cancel -> time to keep its record, and the outcome for it if its worker does not finish it</description></item>
/// <item><term>cx</term><description>hash: lane -> number of cancelled elements that are still in its list</description></item>
/// <item><term>wkC</term><description>list with at most one token, for which a pusher with room for tasks of the class C waits (l, n, h, c; i isolated)</description></item>
/// <item><term>rp:ID</term><description>mark of an enqueue, by its first id, that was repeated: if the first call arrives later, its ids are not fresh</description></item>
/// <item><term>ls</term><description>number of low-priority tasks that are due by their minimum share</description></item>
/// <item><term>wt</term><description>hash: id -> channels of the clients that wait for its end</description></item>
/// <item><term>r:ID</term><description>record of a finished task, with a time-to-live; empty if its result is not kept</description></item>
/// <item><term>sv:STATE</term><description>list of the uncached tasks that ended in this state (3, 4, 5), newest first: id, Unix seconds, and <c>h</c> for a member of a group or chain that had not ended</description></item>
/// <item><term>n:NAME</term><description>id of the task that was enqueued last under a name; lives as long as the record of that task</description></item>
/// <item><term>u:KEY</term><description>id of the task that holds a unique key, for its window or until it has ended</description></item>
/// <item><term>g:LABEL, gi:LABEL</term><description>finished members of a group, and its counters; live as long as the last of its records</description></item>
/// <item><term>gh:WHOLE, ge, gr</term><description>held records of members of a group or chain (WHOLE) that has not ended; sorted set of the wholes that have ended, by the time at which their records are released (Unix ms); records being released. At most seven days</description></item>
/// <item><term>ch:ID, cl:ID</term><description>a chain, and its next steps; they live until the chain has ended, the first as long as its results</description></item>
/// <item><term>o</term><description>outbox: list of a monitor's work for other queues: next steps of chains, ends of steps</description></item>
/// <item><term>cf</term><description>hash of the settings that scripts obey, from the cluster that joined last: <c>save_limit</c>, <c>dead_ttl</c>, <c>mail</c></description></item>
/// <item><term>st</term><description>hash of the counters</description></item>
/// <item><term>hs</term><description>list of samples of the counters, for half an hour</description></item>
/// <item><term>pz</term><description>time since which the queue is paused (Unix ms); removed when it is resumed</description></item>
/// <item><term>ow</term><description>hash: lane -> marks: the number that the tail of the list had at a time. They give the age of its head</description></item>
/// <item><term>bad</term><description>list of the last 100 damaged or refused elements</description></item>
/// <item><term>dl</term><description>sorted set of the last 10,000 dead-lettered ids, by time (Unix ms)</description></item>
/// </list>
/// Across queues: <c>q:{name}:queues</c>, the set of the queue names, and <c>q:{name}:wi:ID</c>, the token with which a pusher ends its own wait.
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

    /// <summary>The token that wakes a pusher for tasks of a class: l, n, h, c or i.</summary>
    public string WakeToken(char taskClass) => Prefix + KeySuffix.WakeToken + taskClass;

    /// <summary>The pattern of all keys of the queue.</summary>
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

    /// <summary>The key with a suffix and the text behind it.</summary>
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

    /// <summary>Tells whether a suffix begins with another one, and gives the text behind that.</summary>
    public static bool TryRest(ReadOnlySpan<byte> suffix, string beginning, out ReadOnlySpan<byte> rest)
    {
        Span<byte> wanted = stackalloc byte[beginning.Length];
        System.Text.Encoding.ASCII.GetBytes(beginning, wanted);
        rest = suffix.StartsWith(wanted) ? suffix[wanted.Length..] : default;
        return suffix.StartsWith(wanted);
    }

    /// <summary>The part of a key behind the prefix of its queue.</summary>
    public static ReadOnlySpan<byte> SuffixOf(ReadOnlySpan<byte> key) => key[(key.IndexOf("}:"u8) + 2)..];

    /// <summary>The pattern of all keys of all queues of a name.</summary>
    public static string AllOf(string name) => $"q:{{{name}:*";

    /// <summary>The pattern of the keys of a name that belong to no queue.</summary>
    public static string AcrossQueues(string name) => $"q:{{{name}}}:*";

    public static RedisKey Queues(string name) => $"q:{{{name}}}:queues";

    /// <summary>The token with which a pusher ends its own wait. It expires if the pusher is dead.</summary>
    public static RedisKey Interrupt(string name, string pusher) => $"q:{{{name}}}:wi:{pusher}";

    public static string CompletionChannel(string name, string client) => $"q:{{{name}}}:done:{client}";
}
