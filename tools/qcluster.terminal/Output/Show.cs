using System.Globalization;
using Spectre.Console;

namespace QCluster.Terminal.Output;

/// <summary>Values as people read them in a table.</summary>
internal static class Show
{
    /// <summary>A table without lines, columns as wide as they must be.</summary>
    /// <param name="columns">Their headings; those that begin with &gt; are for numbers.</param>
    public static Table Table(params ReadOnlySpan<string> columns)
    {
        var table = new Table { Border = TableBorder.None };
        foreach (var column in columns)
        {
            var shown = new TableColumn(new Text(column.TrimStart('>'))).NoWrap();
            table.AddColumn(column.StartsWith('>') ? shown.RightAligned() : shown);
        }

        return table;
    }

    /// <summary>A row of plain text.</summary>
    public static void Add(this Table table, params IEnumerable<string> cells) => table.AddRow(cells.Select(c => new Text(c)));

    /// <summary>How long, in as few characters as tell it: 0.42s, 12s, 5m03s, 2h07m, 3d4h.</summary>
    public static string Duration(TimeSpan duration) => duration switch
    {
        { Ticks: < 0 } => "-" + Duration(-duration),
        { TotalSeconds: < 1 } => Format($"{duration.TotalSeconds:0.00}s"),
        { TotalSeconds: < 10 } => Format($"{duration.TotalSeconds:0.0}s"),
        { TotalMinutes: < 1 } => Format($"{(int)duration.TotalSeconds}s"),
        { TotalHours: < 1 } => Format($"{duration.Minutes}m{duration.Seconds:00}s"),
        { TotalDays: < 1 } => Format($"{duration.Hours}h{duration.Minutes:00}m"),
        _ => Format($"{(int)duration.TotalDays}d{duration.Hours}h"),
    };

    /// <summary>Bytes in MiB, from 10 GiB on in GiB.</summary>
    public static string Bytes(long bytes) => bytes < 10L << 30 ? Format($"{bytes / 1048576.0:0} MiB") : Format($"{bytes / 1073741824.0:0.0} GiB");

    /// <summary>A count, from 100,000 on in thousands or millions.</summary>
    public static string Count(long count) => count switch
    {
        < 100_000 => Format($"{count}"),
        < 10_000_000 => Format($"{count / 1000.0:0}k"),
        _ => Format($"{count / 1e6:0.0}M"),
    };

    /// <summary>So many a second.</summary>
    public static string Rate(double perSecond) => perSecond switch
    {
        <= 0 => "0/s",
        < 10 => Format($"{perSecond:0.0}/s"),
        _ => Count((long)perSecond) + "/s",
    };

    public static string Local(DateTimeOffset? time) => time is { } t ? t.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture) : "-";

    /// <summary>Says of each queue that could not be read why not.</summary>
    public static void Problems(IEnumerable<QueueSizes> queues)
    {
        foreach (var queue in queues.Where(queue => queue.Problem is not null))
            Console.WriteLine(queue.Problem);
    }

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
