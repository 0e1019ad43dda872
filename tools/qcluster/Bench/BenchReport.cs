using System.Globalization;
using QCluster.Tool.Output;
using Spectre.Console;

namespace QCluster.Tool.Bench;

/// <summary>The figures as a table, with bars for the rates, or as JSON.</summary>
internal static class BenchReport
{
    public static void Print(IReadOnlyList<Measure> measures, int rounds, bool json)
    {
        if (json)
        {
            Console.WriteLine(Json.Text(new { Processors = Environment.ProcessorCount, Rounds = rounds, Measures = measures }));
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
    }

    private static string Number(double value) => value switch
    {
        >= 1000 => value.ToString("N0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.ToString("0.000", CultureInfo.InvariantCulture),
    };
}
