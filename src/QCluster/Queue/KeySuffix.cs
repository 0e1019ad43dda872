namespace QCluster.Queue;

/// <summary>The part of a key behind the prefix of its queue: a complete name, or, with a colon at its end, the beginning of many. <see cref="RedisKeys"/> lists their meaning.</summary>
internal static class KeySuffix
{
    public const string List = "l:";
    public const string Heads = "h";
    public const string State = "s:";
    public const string Parked = "p:";
    public const string ParkedElements = "pe";
    public const string RateLimit = "lt:";
    public const string ConcurrencyLimit = "lc:";
    public const string Delayed = "d";
    public const string DelayedElements = "de";
    public const string NewerVersions = "nv";
    public const string Registrations = "w";
    public const string InFlight = "f:";
    public const string Heartbeats = "c";
    public const string ClusterInfo = "ci";
    public const string Functions = "fn:";
    public const string Schedules = "sc";
    public const string SchedulesDue = "sd";
    public const string ScheduleState = "sx:";
    public const string PeriodicHomes = "ph";
    public const string Mails = "em";
    public const string MailLease = "eml";
    public const string MailCount = "emc";
    public const string Cancels = "cn:";
    public const string CancelOutcomes = "cq";
    public const string WakeToken = "wk";
    public const string Repeated = "rp:";
    public const string LowShare = "ls";
    public const string Waiters = "wt";
    public const string Record = "r:";
    public const string Saved = "sv:";
    public const string Name = "n:";
    public const string UniqueKey = "u:";
    public const string GroupMembers = "g:";
    public const string GroupInfo = "gi:";
    public const string Held = "gh:";
    public const string HeldEnded = "ge";
    public const string HeldReleasing = "gr";
    public const string Chain = "ch:";
    public const string Outbox = "o";
    public const string Settings = "cf";
    public const string Counters = "st";
    public const string History = "hs";
    public const string Paused = "pz";
    public const string Damaged = "bad";
    public const string Dead = "dl";

    /// <summary>Keys that never expire and have a bounded size: counters, settings, schedules, the last ids of each outcome, and the tokens.</summary>
    public static IReadOnlyList<string> Lasting { get; } =
    [
        Heads, Counters, Settings, Damaged, Dead, Mails, Paused, Schedules, SchedulesDue,
        .. "lnhci".Select(c => WakeToken + c),
        .. new[] { TaskState.Succeeded, TaskState.Failed, TaskState.Cancelled }.Select(SavedIn),
    ];

    /// <summary>Keys, and beginnings of keys, that expire by their time-to-live.</summary>
    public static IReadOnlyList<string> Passing { get; } =
        [Record, Name, GroupMembers, GroupInfo, Held, HeldEnded, HeldReleasing, Chain, UniqueKey, RateLimit, Repeated, LowShare, History, MailLease, MailCount];

    /// <summary>The list of the uncached tasks that ended in a state.</summary>
    public static string SavedIn(TaskState state) => Saved + (int)state;
}
