namespace QCluster.Redis;

/// <summary>The meaning of an error reply of Redis for its call.</summary>
internal enum RedisReply
{
    Other = 0,

    /// <summary>The script is not cached; not executed.</summary>
    NoScript = 1,

    /// <summary>Temporarily refused (loading, a running script, moving slots); not executed.</summary>
    Later = 2,

    /// <summary>This server accepts no writes; not executed.</summary>
    ReadOnly = 3,

    OutOfMemory = 4,

    AccessDenied = 5,
}
