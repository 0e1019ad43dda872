namespace QCluster.Tool.Bench;

/// <param name="UpTo">The limit, which belongs to the bucket.</param>
/// <param name="Count">How many samples.</param>
internal sealed record HistogramBucket(double UpTo, long Count);
