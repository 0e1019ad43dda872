namespace QCluster.Terminal.Monitor.Reading;

/// <summary>Rates of one queue: from its history in Redis, and from what is counted from look to look.</summary>
internal sealed class RateMeter
{
    private static readonly TimeSpan JustNow = TimeSpan.FromSeconds(5);

    private readonly Queue<QueueSizes> _recent = new();

    /// <summary>The queue as it is now, and its rates.</summary>
    public QueueView Read(QueueSizes sizes, IReadOnlyList<QueueSample> history)
    {
        // Nothing is known of it: its figures are no figures.
        if (sizes.Problem is not null)
            return new QueueView(sizes, 0, 0, [], []);
        _recent.Enqueue(sizes);
        while (_recent.Count > 2 && sizes.At - _recent.Peek().At > JustNow)
            _recent.Dequeue();
        var first = _recent.Peek();
        var seconds = (sizes.At - first.At).TotalSeconds;
        double Now(Func<QueueSizes, long> count) => seconds < 0.1 ? 0 : Math.Max(0, count(sizes) - count(first)) / seconds;
        return new QueueView(sizes, Now(s => s.Enqueued), Now(Finished), Over(history, s => s.Enqueued, sizes.Enqueued, sizes.At), Over(history, s => s.Finished, Finished(sizes), sizes.At));
    }

    private static long Finished(QueueSizes sizes) => sizes.Succeeded + sizes.Failed + sizes.Cancelled;

    private static double[] Over(IReadOnlyList<QueueSample> history, Func<QueueSample, long> count, long now, DateTimeOffset at)
    {
        (DateTimeOffset At, long Count)[] points = [.. history.Select(s => (s.At, count(s))), (at, now)];
        return [.. points.Skip(1).Zip(points, (later, earlier) => Math.Max(0, later.Count - earlier.Count) / Math.Max(1, (later.At - earlier.At).TotalSeconds))];
    }
}
