namespace QCluster.Terminal.Reading;

/// <summary>A queue as it is, and how fast tasks have come and gone lately.</summary>
internal sealed class QueueTotals(QueueSizes sizes, IReadOnlyList<QueueSample> history)
{
    private static readonly TimeSpan Lately = TimeSpan.FromSeconds(60);

    public QueueSizes Sizes => sizes;

    /// <summary>Tasks a second that came in the last minute, as far as it is known.</summary>
    public double In => Rate(sizes.Enqueued, s => s.Enqueued);

    /// <summary>Tasks a second that ended in the last minute, as far as it is known.</summary>
    public double Out => Rate(sizes.Succeeded + sizes.Failed + sizes.Cancelled, s => s.Finished);

    private double Rate(long now, Func<QueueSample, long> count)
    {
        if (history.FirstOrDefault(s => sizes.At - s.At <= Lately) is not { } first)
            return 0;
        return Math.Round(Math.Max(0, now - count(first)) / Math.Max(1, (sizes.At - first.At).TotalSeconds), 2);
    }
}
