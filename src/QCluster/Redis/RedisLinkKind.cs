namespace QCluster.Redis;

/// <summary>The purpose of a link.</summary>
internal enum RedisLinkKind
{
    /// <summary>Many calls at once, and subscriptions.</summary>
    Shared = 0,

    /// <summary>One blocking command at a time: no socket for subscriptions, and silence is no sign of death.</summary>
    Blocking = 1,
}
