namespace QCluster.Tool.Bench;

/// <summary>Collects the values of several rounds under their names, in the order in which the names first came.</summary>
internal sealed class Rounds
{
    private readonly List<(string Name, string Unit, List<double> Values)> _series = [];

    public void Add(string name, string unit, double value)
    {
        var series = _series.Find(s => s.Name == name);
        if (series.Values is null)
            _series.Add(series = (name, unit, []));
        series.Values.Add(value);
    }

    public IReadOnlyList<Measure> Measures => [.. _series.Select(s => Measure.Of(s.Name, s.Unit, s.Values))];
}
