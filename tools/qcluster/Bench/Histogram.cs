namespace QCluster.Tool.Bench;

/// <summary>How often samples fell between which limits; each limit is a quarter more than the one before.</summary>
internal sealed class Histogram(string unit)
{
    private const double First = 0.1;
    private const double Step = 1.25;

    private readonly SortedDictionary<int, long> _counts = [];

    public string Unit => unit;

    /// <summary>The buckets from the first to the last that has any, the empty ones between them too.</summary>
    public IReadOnlyList<HistogramBucket> Buckets => _counts.Count == 0
        ? []
        : [.. Enumerable.Range(_counts.Keys.First(), _counts.Keys.Last() - _counts.Keys.First() + 1).Select(i => new HistogramBucket(Math.Round(First * Math.Pow(Step, i), 3), _counts.GetValueOrDefault(i)))];

    public void Add(double sample)
    {
        var bucket = sample <= First ? 0 : (int)Math.Ceiling(Math.Log(sample / First, Step));
        _counts[bucket] = _counts.GetValueOrDefault(bucket) + 1;
    }
}
