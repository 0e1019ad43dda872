namespace QCluster.Redis;

/// <summary>The meaning of an error reply of Redis for its call.</summary>
internal enum RedisReply
{
    Other = 0,

    /// <summary>The script is not cached; not executed.</summary>
    NoScript = 1,

    /// <summary>Not now (loading, a script running, slots moving); not executed.</summary>
    Later = 2,

    /// <summary>This server takes no writes; not executed.</summary>
    ReadOnly = 3,

    OutOfMemory = 4,

    AccessDenied = 5,
}
