namespace QCluster.Redis;

/// <summary>How often a link to a Redis Cluster with a node in trouble is replaced. Used under its owner's lock.</summary>
internal sealed class RefreshPace(TimeProvider time)
{
    private static readonly TimeSpan AtFirst = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(5);

    /// <summary>By then a replica has taken the place of a lost node, or there is none.</summary>
    private static readonly TimeSpan Failover = TimeSpan.FromSeconds(15);

    private long? _lastAt;
    private long _troubledSince;

    /// <summary>False when it was done a moment ago.</summary>
    /// <param name="isFirst">It is the first time of this trouble.</param>
    public bool TryBegin(out bool isFirst)
    {
        var now = time.GetTimestamp();
        isFirst = _lastAt is not { } last || time.GetElapsedTime(last, now) > Later + Later;
        if (isFirst)
            _troubledSince = now;
        else if (time.GetElapsedTime(_lastAt!.Value, now) < (time.GetElapsedTime(_troubledSince, now) < Failover ? AtFirst : Later))
            return false;
        _lastAt = now;
        return true;
    }
}
