namespace QCluster.Redis;

/// <summary>The purpose of a link.</summary>
internal enum RedisLinkKind
{
    /// <summary>Many calls at once, and subscriptions.</summary>
    Shared = 0,

    /// <summary>For one blocking command at a time: no socket for subscriptions, and silence does not mean death.</summary>
    Blocking = 1,
}
