using System.CommandLine;
using QCluster.Tool.Output;
using Spectre.Console;

namespace QCluster.Tool.Commands;

internal static class InfoCommand
{
    public static Command Create()
    {
        var command = new Command("info", "Show the clusters and totals over all queues.");
        var json = new Option<bool>("--json") { Description = "As one JSON object." };
        var ids = new Option<bool>("--ids") { Description = "Only the ids of the clusters, one a line." };
        command.Options.Add(json);
        command.Options.Add(ids);
        var connection = new Connection(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var client = connection.Client(parsed);
            var queues = await client.Queues(cancellationToken);
            var clusters = await ClusterReader.ReadAsync(client, queues, cancellationToken);
            var sizes = new List<QueueSizes>();
            foreach (var queue in queues)
                sizes.Add(await client.Sizes(queue, cancellationToken));

            if (parsed.GetValue(ids))
            {
                Console.WriteLine(clusters.Count == 0 ? "No clusters appear to be running." : string.Join(Environment.NewLine, clusters.Select(c => c.Cluster)));
            }
            else if (parsed.GetValue(json))
            {
                Console.WriteLine(Json.Text(new { Clusters = clusters, Queues = sizes }));
            }
            else
            {
                var table = new Table { Border = TableBorder.None };
                foreach (var column in new[] { "host", "cluster", "state", "queues", "workers", "busy", "restarts", "up" })
                    table.AddColumn(new TableColumn(column).NoWrap());
                foreach (var c in clusters)
                {
                    var shared = c.Processes.Count(p => p.Role == "worker" && p.Ordinal < c.Workers);
                    var isolated = c.Processes.Count(p => p.Role == "worker" && p.Ordinal >= c.Workers);
                    var workers = isolated == 0 ? $"{shared}" : $"{shared}+{isolated}";
                    table.AddRow(Markup.Escape(c.Host), c.Cluster, c.State, Markup.Escape(string.Join(",", c.Queues)), workers, $"{c.Busy}/{(shared * c.Concurrency) + isolated}", $"{c.Restarts}", (DateTimeOffset.UtcNow - c.Started).ToString(@"d\.hh\:mm\:ss"));
                }

                if (clusters.Count == 0)
                    Console.WriteLine("No clusters appear to be running.");
                else
                    AnsiConsole.Write(table);
                Console.WriteLine($"queued {sizes.Sum(s => s.Waiting)}, delayed {sizes.Sum(s => s.Delayed)}, running {sizes.Sum(s => s.Running)}, succeeded {sizes.Sum(s => s.Succeeded)}, failed {sizes.Sum(s => s.Failed)}, cancelled {sizes.Sum(s => s.Cancelled)}, refused {sizes.Sum(s => s.Refused)}");
            }

            return ExitCode.Success;
        });
        return command;
    }
}
