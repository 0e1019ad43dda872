namespace QCluster.Tool.Bench;

/// <summary>One figure: the median of the rounds, with the least and the most.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Median">The median.</param>
/// <param name="Min">The least.</param>
/// <param name="Max">The most.</param>
internal sealed record Measure(string Name, string Unit, double Median, double Min, double Max)
{
    public static Measure Of(string name, string unit, IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Measure(name, unit, median, sorted[0], sorted[^1]);
    }
}
