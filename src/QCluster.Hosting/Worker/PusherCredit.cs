namespace QCluster.Hosting.Worker;

/// <summary>
/// How many tasks the pusher may have sent in all since it was told what the worker holds. Used under the lock of the <see cref="Ledger"/>.
/// </summary>
internal sealed class PusherCredit
{
    private long _received;
    private long _limit;

    /// <summary>The pusher counts from nothing, and knows no limit.</summary>
    public void Restart()
    {
        _received = 0;
        _limit = long.MinValue / 2;
    }

    public void OnReceived() => _received++;

    /// <summary>The new limit; null when the pusher need not hear of it.</summary>
    /// <param name="free">How many more tasks may come.</param>
    /// <param name="step">Less than this more is not worth a frame.</param>
    public long? Change(long free, int step)
    {
        // A sum, not a difference: one that overtakes tasks that are on their way is right all the same.
        var limit = _received + free;
        if (limit == _limit || limit - _limit < step)
            return null;
        return _limit = limit;
    }
}
