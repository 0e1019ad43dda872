using System.Globalization;
using QCluster.Terminal.Output;
using Spectre.Console;

namespace QCluster.Tool.Bench;

/// <summary>The figures as a table, with bars for the rates, or as JSON.</summary>
internal static class BenchReport
{
    public static void Print(Rounds found, int rounds, bool json)
    {
        var measures = found.Measures;
        if (json)
        {
            Console.WriteLine(Json.Text(new { Processors = Environment.ProcessorCount, Rounds = rounds, Measures = measures, Histograms = found.Histograms }));
            return;
        }

        var table = new Table { Border = TableBorder.None };
        table.AddColumn("measure");
        foreach (var column in new[] { "median", "min", "max" })
            table.AddColumn(new TableColumn(column).RightAligned().NoWrap());
        table.AddColumn("unit");
        foreach (var m in measures)
            table.AddRow(Markup.Escape(m.Name), Number(m.Median), Number(m.Min), Number(m.Max), m.Unit);
        AnsiConsole.Write(table);

        var rates = measures.Where(m => m.Unit.EndsWith("/s", StringComparison.Ordinal)).ToArray();
        if (rates.Length > 1)
        {
            Console.WriteLine();
            AnsiConsole.Write(new BarChart { Width = 78 }.AddItems(rates, static m => new BarChartItem(m.Name, Math.Round(m.Median), Color.Green)));
        }

        foreach (var (name, histogram) in found.Histograms)
            PrintHistogram(name, histogram);
    }

    private static void PrintHistogram(string name, Histogram histogram)
    {
        Console.WriteLine();
        Console.WriteLine($"{name}, samples by upper bound in {histogram.Unit}");
        AnsiConsole.Write(new BarChart { Width = 78 }.AddItems(histogram.Buckets, static b => new BarChartItem(b.UpTo.ToString("0.00", CultureInfo.InvariantCulture), b.Count, Color.Green)));
    }

    private static string Number(double value) => value switch
    {
        >= 1000 => value.ToString("N0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.ToString("0.000", CultureInfo.InvariantCulture),
    };
}
