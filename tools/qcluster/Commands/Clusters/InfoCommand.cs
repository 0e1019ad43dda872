using System.CommandLine;
using QCluster.Hosting.Settings;
using QCluster.Client.Monitoring;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Output;
using QCluster.Terminal.Reading;
using Spectre.Console;

namespace QCluster.Tool.Commands.Clusters;

internal static class InfoCommand
{
    public static Command Create()
    {
        var command = new Command("info", "Show clusters, queues and totals.");
        var json = JsonOption.Object();
        var ids = new Option<bool>("--ids") { Description = "Print only the ids of the clusters, one per line." };
        var config = new Option<bool>("--config") { Description = "Show the settings of a cluster started here, and the source of each. Secrets are not shown." };
        var connection = command.Connect(json, ids, config);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(config))
            {
                PrintConfig(connection, parsed, parsed.GetValue(json));
                return ExitCode.Success;
            }

            await using var client = connection.Client(parsed);
            var queues = await client.Queues.List(cancellationToken);
            var clusters = await ClusterReader.ReadAsync(client, queues, cancellationToken);
            if (parsed.GetValue(ids))
            {
                Console.WriteLine(clusters.Count == 0 ? "No clusters appear to be running." : string.Join(Environment.NewLine, clusters.Select(c => c.Cluster)));
                return ExitCode.Success;
            }

            var totals = new List<QueueTotals>();
            foreach (var sizes in await QueueReader.SizesAsync(client, queues, cancellationToken))
                totals.Add(new QueueTotals(sizes, sizes.Problem is null ? await client.Queues.History(sizes.Queue, cancellationToken) : []));
            if (parsed.GetValue(json))
                Console.WriteLine(Json.Text(new { Clusters = clusters, Queues = totals.Select(t => t.Sizes), Rates = totals.Select(t => new { t.Sizes.Queue, InPerSecond = t.In, OutPerSecond = t.Out }) }));
            else
                Print(clusters, totals);
            return ExitCode.Success;
        });
        return command;
    }

    private static void PrintConfig(Connection connection, ParseResult parsed, bool asJson)
    {
        var settings = connection.Settings(parsed);
        var shown = ShownSettings.Of(settings.ReadCluster(), settings);
        if (asJson)
        {
            Console.WriteLine(Json.Text(shown.ToDictionary(s => s.Name, s => s.Value)));
            return;
        }

        var table = Show.Table("setting", "value", "from");
        foreach (var setting in shown)
            table.Add(setting.Name, setting.Value, setting.Source);
        AnsiConsole.Write(table);
    }

    private static void Print(IReadOnlyList<ClusterDescription> clusters, IReadOnlyList<QueueTotals> queues)
    {
        if (clusters.Count == 0)
        {
            Console.WriteLine("No clusters appear to be running.");
        }
        else
        {
            var table = Show.Table("host", "cluster", "label", "state", "queues", ">workers", ">busy", ">ready", ">results", ">restarts", ">cpu %", ">memory", ">up");
            foreach (var c in clusters)
            {
                var shared = c.Processes.Count(p => p.Role == "worker" && p.Ordinal < c.Workers);
                var isolated = c.Processes.Count(p => p.Role == "worker" && p.Ordinal >= c.Workers);
                table.Add(
                    c.Host,
                    c.Cluster,
                    c.Label ?? "",
                    c.State,
                    string.Join(",", c.Queues),
                    isolated == 0 ? $"{shared}" : $"{shared}+{isolated}",
                    $"{c.Busy}/{(shared * c.Concurrency) + isolated}",
                    $"{c.Ready}",
                    $"{c.Results}",
                    $"{c.Restarts}",
                    $"{c.CpuPercent:0}",
                    Show.Bytes(c.ResidentBytes),
                    Show.Duration(c.At - c.Started));
            }

            AnsiConsole.Write(table);
        }

        if (queues.Count == 0)
            return;
        Console.WriteLine();
        var shownQueues = Show.Table("queue", ">waiting", ">delayed", ">running", ">oldest", ">in", ">out", ">succeeded", ">failed", ">cancelled", ">dead");
        foreach (var unreachable in clusters.SelectMany(c => (c.Unreachable ?? []).Select(u => $"Cluster {c.Cluster} cannot reach queue {u.Queue} since {Show.Local(u.Since)}: {u.Problem}")))
            Console.WriteLine(unreachable);
        var read = queues.Where(t => t.Sizes.Problem is null).ToArray();
        Show.Problems(queues.Select(t => t.Sizes));
        foreach (var q in read.Select(t => t.Sizes with { Queue = t.Sizes.PausedSince is null ? t.Sizes.Queue : t.Sizes.Queue + " (paused)" }).Zip(read))
            shownQueues.Add(q.First.Queue, $"{q.First.Waiting}", $"{q.First.Delayed}", $"{q.First.Running}", q.First.OldestWaiting is { } oldest ? Show.Duration(oldest) : "-", Show.Rate(q.Second.In), Show.Rate(q.Second.Out), $"{q.First.Succeeded}", $"{q.First.Failed}", $"{q.First.Cancelled}", $"{q.First.Dead}");
        AnsiConsole.Write(shownQueues);
        Console.WriteLine();
        var sizes = queues.Select(q => q.Sizes).ToArray();
        Console.WriteLine($"queued {sizes.Sum(s => s.Waiting)}, delayed {sizes.Sum(s => s.Delayed)}, running {sizes.Sum(s => s.Running)}, succeeded {sizes.Sum(s => s.Succeeded)}, failed {sizes.Sum(s => s.Failed)}, cancelled {sizes.Sum(s => s.Cancelled)}, retried {sizes.Sum(s => s.Retried)}, recovered {sizes.Sum(s => s.Recovered)}, refused {sizes.Sum(s => s.Refused)}");
    }
}
