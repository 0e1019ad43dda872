using System.Globalization;

namespace QCluster.Terminal.Screen;

/// <summary>Small drawings in one line of text.</summary>
internal static class Glyphs
{
    private const string Steps = "▁▂▃▄▅▆▇█";

    /// <summary>The newest values, at the right end, each as high as its share of the largest.</summary>
    public static string Sparkline(IReadOnlyList<double> values, int width)
    {
        var shown = values.Skip(Math.Max(0, values.Count - width)).ToArray();
        var largest = shown.DefaultIfEmpty().Max();
        return new string([.. shown.Select(v => v <= 0 ? ' ' : Steps[Math.Clamp((int)(v / largest * Steps.Length), 0, Steps.Length - 1)])]).PadLeft(width);
    }

    /// <summary>How much is done, as a bar with its percentage.</summary>
    public static string Bar(double fraction, int width)
    {
        var percent = Math.Clamp(fraction, 0, 1).ToString("P0", CultureInfo.InvariantCulture).Replace(" ", "", StringComparison.Ordinal).PadLeft(5);
        var cells = Math.Max(0, width - percent.Length);
        var full = (int)Math.Round(Math.Clamp(fraction, 0, 1) * cells);
        return new string('█', full) + new string('░', cells - full) + percent;
    }
}
