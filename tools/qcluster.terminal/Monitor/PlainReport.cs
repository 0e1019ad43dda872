using QCluster.Terminal.Monitor.Reading;
using QCluster.Terminal.Output;
using QCluster.Terminal.Screen;
using Spectre.Console;

namespace QCluster.Terminal.Monitor;

/// <summary>A snapshot as plain text, for files and other programs.</summary>
internal static class PlainReport
{
    private const int MaxTasks = 20;

    public static void Print(Snapshot snapshot)
    {
        Console.WriteLine($"{snapshot.At:yyyy-MM-ddTHH:mm:ssZ}  Redis {snapshot.Broker?.Version} {snapshot.Broker?.Display}  {(snapshot.Broker is { } b ? Show.Bytes(b.UsedBytes) : "")}");
        Section(
            "Clusters",
            "No cluster is running.",
            ["host", "id", "state", ">busy", ">ready", ">results", ">restarts", ">cpu %", ">memory", ">up", "queues"],
            snapshot.Clusters.Select(c => (string[])[c.Host, c.Cluster, c.State, $"{c.Busy}", $"{c.Ready}", $"{c.Results}", $"{c.Restarts}", $"{c.CpuPercent:0}", Show.Bytes(c.ResidentBytes), Show.Duration(c.At - c.Started), string.Join(",", c.Queues)]));
        Section(
            "Queues",
            "No task has been enqueued yet.",
            ["queue", ">waiting", ">delayed", ">running", ">oldest", ">succeeded", ">failed", ">cancelled", ">dead", "state"],
            snapshot.Queues.Select(q => q.Sizes).Select(s => (string[])[s.Queue, $"{s.Waiting}", $"{s.Delayed}", $"{s.Running}", s.OldestWaiting is { } oldest ? Show.Duration(oldest) : "-", $"{s.Succeeded}", $"{s.Failed}", $"{s.Cancelled}", $"{s.Dead}", s.Problem is not null ? "unreachable" : s.PausedSince is null ? "open" : "paused"]));
        Section(
            "Running",
            "No task is running.",
            ["function", ">age", ">left", "worker", ">progress", "id"],
            snapshot.Running.Take(MaxTasks).Select(r => (string[])[r.Task.Func ?? "", Show.Duration(r.Age(snapshot.At)), r.Left(snapshot.At) is { } left ? Show.Duration(left) : "-", r.Worker, r.Task.Progress is { } done ? $"{done:P0}" : "-", r.Task.Id]));
        Section(
            "Latest failures",
            "No task has failed.",
            ["at", "function", ">attempt", "reason", "id", "error"],
            snapshot.Failures.Take(MaxTasks).Select(f => (string[])[Show.Local(f.Stopped), f.Func ?? "", $"{f.Attempt}", $"{f.Error?.Reason}", f.Id, f.Error?.Message ?? ""]));
        Console.WriteLine();
        Console.WriteLine($"queued {snapshot.Total(s => s.Waiting)}, running {snapshot.Total(s => s.Running)}, delayed {snapshot.Total(s => s.Delayed)}, succeeded {snapshot.Total(s => s.Succeeded)}, failed {snapshot.Total(s => s.Failed)}, cancelled {snapshot.Total(s => s.Cancelled)}, dead {snapshot.Total(s => s.Dead)}");
    }

    private static void Section(string title, string nothing, string[] columns, IEnumerable<string[]> rows)
    {
        Console.WriteLine();
        Console.WriteLine(title);
        var table = Show.Table(columns);
        foreach (var row in rows)
            table.Add(row.Select(Safe.Line));
        if (table.Rows.Count == 0)
            Console.WriteLine(nothing);
        else
            AnsiConsole.Write(table);
    }
}
