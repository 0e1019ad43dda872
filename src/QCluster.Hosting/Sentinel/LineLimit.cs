namespace QCluster.Hosting.Sentinel;

/// <summary>So many lines a second and no more: a child that prints without end must not drown the log.</summary>
internal sealed class LineLimit(int perSecond)
{
    private long _second = -1;
    private int _count;
    private long _leftOut;

    /// <summary>Whether one more may pass.</summary>
    /// <param name="now">The time in milliseconds.</param>
    /// <param name="leftOut">How many did not since the last one that did.</param>
    public bool Allows(long now, out long leftOut)
    {
        leftOut = 0;
        if (now / 1000 != _second)
        {
            _second = now / 1000;
            _count = 0;
        }

        if (++_count > perSecond)
        {
            _leftOut++;
            return false;
        }

        (leftOut, _leftOut) = (_leftOut, 0);
        return true;
    }
}
