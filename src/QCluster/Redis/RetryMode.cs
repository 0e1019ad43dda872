namespace QCluster.Redis;

/// <summary>The rule for sending a command again if it may have run.</summary>
internal enum RetryMode
{
    /// <summary>Running it twice is the same as running it once: it is sent again until the call's time has passed.</summary>
    Idempotent = 0,

    /// <summary>The command is sent again only if it certainly did not run; otherwise the call fails.</summary>
    Never = 1,
}
