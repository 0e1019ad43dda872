namespace QCluster.Redis;

/// <summary>Whether a command may be sent again when it is not known if it ran.</summary>
internal enum RetryMode
{
    /// <summary>Running it twice is the same as running it once: it is sent again until the call's time is up.</summary>
    Idempotent = 0,

    /// <summary>It is sent again only when it is certain that it did not run; otherwise the call fails.</summary>
    Never = 1,
}
