namespace QCluster.Tool.Bench;

/// <summary>Collects the values of several rounds under their names, in the order in which the names first came.</summary>
internal sealed class Rounds
{
    private static readonly (string Name, double Share)[] Percentiles = [("p50", 0.50), ("p95", 0.95), ("p99", 0.99), ("p99.9", 0.999)];

    private readonly List<(string Name, string Unit, List<double> Values)> _series = [];
    private readonly Dictionary<string, Histogram> _histograms = new(StringComparer.Ordinal);

    public IReadOnlyList<Measure> Measures => [.. _series.Select(s => Measure.Of(s.Name, s.Unit, s.Values))];

    public IReadOnlyDictionary<string, Histogram> Histograms => _histograms;

    public void Add(string name, string unit, double value)
    {
        var series = _series.Find(s => s.Name == name);
        if (series.Values is null)
            _series.Add(series = (name, unit, []));
        series.Values.Add(value);
    }

    /// <summary>The samples of a round as percentiles; those of all rounds together as a histogram.</summary>
    public void AddSamples(string name, string unit, double[] samples)
    {
        Array.Sort(samples);
        foreach (var (percentile, share) in Percentiles)
            Add($"{name} {percentile}", unit, samples[Math.Min(samples.Length - 1, (int)(share * samples.Length))]);
        if (!_histograms.TryGetValue(name, out var histogram))
            _histograms.Add(name, histogram = new Histogram(unit));
        foreach (var sample in samples)
            histogram.Add(sample);
    }
}
