using System.CommandLine;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Output;
using Spectre.Console;

namespace QCluster.Tool.Commands.Clusters;

internal static class HealthCommand
{
    public static Command Create()
    {
        var command = new Command("health", "Check Redis, the clusters with their pusher, monitor and workers, the scheduler, and how long tasks wait. Exit code 0 when all is well, 1 when not, 69 when Redis cannot be reached.");
        var json = JsonOption.Object();
        var quiet = new Option<bool>("--quiet") { Description = "Only what is not well." };
        var queues = new Option<string[]>("--only") { Description = "A queue to look at; may be given several times. Default: all that were ever used." };
        var thisHost = new Option<bool>("--this-host") { Description = "Only the clusters of this machine or container, and Redis; not the queues." };
        var clusters = new Option<int>("--min-clusters") { Description = "How many clusters there must be.", DefaultValueFactory = _ => new ClusterHealthOptions().MinClusters };
        var oldest = new Option<string?>("--max-oldest") { Description = "For how long a task may wait, or 'none'. Default 5m." };
        var lag = new Option<string?>("--max-schedule-lag") { Description = "For how long a schedule may be due without having been fired, or 'none'. Default 30s." };
        var latency = new Option<string?>("--max-latency") { Description = "How long Redis may take to answer, or 'none'. Default 1s." };
        return command.Connect(json, quiet, queues, thisHost, clusters, oldest, lag, latency).Run(async (client, parsed, cancellationToken) =>
        {
            var limits = new ClusterHealthOptions { MinClusters = parsed.GetValue(clusters), Host = parsed.GetValue(thisHost) ? Environment.MachineName : null };
            limits.MaxOldestWaiting = Limit(oldest, parsed, limits.MaxOldestWaiting);
            limits.MaxScheduleLag = Limit(lag, parsed, limits.MaxScheduleLag);
            limits.MaxLatency = Limit(latency, parsed, limits.MaxLatency);
            foreach (var queue in parsed.GetValue(queues) ?? [])
                limits.Queues.Add(queue);
            var health = await client.Monitoring.CheckHealth(limits, cancellationToken);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(Json.Text(new { Healthy = health.IsHealthy, health.Clusters, LatencyMs = health.Latency.TotalMilliseconds, health.Findings }));
            }
            else
            {
                var table = Show.Table("", "check", "of", "");
                foreach (var finding in parsed.GetValue(quiet) ? health.Problems : health.Findings)
                    table.Add(finding.IsHealthy ? "ok" : "NOT", finding.Check, finding.Subject, finding.Text);
                if (table.Rows.Count > 0)
                    AnsiConsole.Write(table);
                Console.WriteLine(health.IsHealthy ? "healthy" : $"unhealthy: {health.Problems.Count} of {health.Findings.Count} checks");
            }

            return health.IsHealthy ? ExitCode.Success : ExitCode.Failure;
        });
    }

    private static TimeSpan? Limit(Option<string?> option, ParseResult parsed, TimeSpan? otherwise) => parsed.GetValue(option) switch
    {
        null => otherwise,
        "none" => null,
        var text => Parsing.Duration(option.Name.TrimStart('-'), text),
    };
}
