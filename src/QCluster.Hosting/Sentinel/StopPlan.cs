namespace QCluster.Hosting.Sentinel;

/// <summary>How a stopping cluster spends its grace: tasks may finish, then they are told to stop, then their processes are killed.</summary>
internal sealed class StopPlan(TimeSpan grace)
{
    // The last part of the grace is for those that heed their token, and for ending the others.
    private const double CancelledWithin = 0.4;
    private const double KilledWithin = 0.15;

    private long _endTicks;
    private bool _wasCancelled;

    public bool IsStopping => _endTicks != 0;

    public void Begin(long now) => _endTicks = now + (long)grace.TotalMilliseconds;

    /// <summary>Once: the tasks are to be told now.</summary>
    public bool IsTimeToCancel(long now)
    {
        if (_wasCancelled || _endTicks - now >= grace.TotalMilliseconds * CancelledWithin)
            return false;
        return _wasCancelled = true;
    }

    public bool IsTimeToKill(long now) => _endTicks - now < grace.TotalMilliseconds * KilledWithin;
}
