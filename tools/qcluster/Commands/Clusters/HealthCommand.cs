using System.CommandLine;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Output;
using Spectre.Console;

namespace QCluster.Tool.Commands.Clusters;

internal static class HealthCommand
{
    public static Command Create()
    {
        var command = new Command("health", "Check Redis, the clusters with their pusher, monitor and workers, the scheduler, and how long tasks wait. Exit code 0 if all is well, 1 if not, 69 if Redis is unavailable.");
        var json = JsonOption.Object();
        var quiet = new Option<bool>("--quiet") { Description = "Print only problems." };
        var queues = new Option<string[]>("--only") { Description = "A queue to check; may be given several times. Default: all queues ever used." };
        var thisHost = new Option<bool>("--this-host") { Description = "Check only Redis and the clusters of this machine or container, not the queues." };
        var clusters = new Option<int>("--min-clusters") { Description = "Minimum number of clusters.", DefaultValueFactory = _ => new ClusterHealthOptions().MinClusters };
        var oldest = new Option<string?>("--max-oldest") { Description = "Maximum age of the oldest waiting task, or 'none'. Default 5m." };
        var lag = new Option<string?>("--max-schedule-lag") { Description = "Maximum delay of a due schedule, or 'none'. Default 30s." };
        var latency = new Option<string?>("--max-latency") { Description = "Maximum response time of Redis, or 'none'. Default 1s." };
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
