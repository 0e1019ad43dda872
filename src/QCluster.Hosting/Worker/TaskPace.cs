namespace QCluster.Hosting.Worker;

/// <summary>How long the tasks of a worker take, and what follows from it. Changed under the lock of the <see cref="Ledger"/>.</summary>
internal sealed class TaskPace
{
    private const int MaxPrefetch = 500;
    private const double PrefetchMicroseconds = 20_000;
    private const double ShortMicroseconds = 250;

    private double _average = 100_000;

    /// <summary>How many short tasks make some milliseconds of work. Long ones are never given ahead.</summary>
    public int Prefetch => _average >= PrefetchMicroseconds / 4
        ? 0
        : (int)Math.Min(MaxPrefetch, PrefetchMicroseconds / Math.Max(1, _average));

    /// <summary>So short that an outcome may wait for the next one.</summary>
    public bool IsShort => _average < ShortMicroseconds;

    public void Add(TimeSpan took) => _average += (took.TotalMicroseconds - _average) / 16;

    /// <summary>Something takes long: nothing is given ahead until many short tasks have passed.</summary>
    public void Slow() => _average = Math.Max(_average, PrefetchMicroseconds);
}
