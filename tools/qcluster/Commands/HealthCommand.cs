using System.CommandLine;
using QCluster.Tool.Output;

namespace QCluster.Tool.Commands;

internal static class HealthCommand
{
    public static Command Create()
    {
        var command = new Command("health", "Check Redis and the clusters. Exit code 0 when every queue is served by a cluster whose processes all run, 1 when not, 69 when Redis cannot be reached.");
        var json = new Option<bool>("--json") { Description = "As one JSON object." };
        command.Options.Add(json);
        var connection = new Connection(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var client = connection.Client(parsed);
            var queues = await client.Queues(cancellationToken);
            var clusters = await ClusterReader.ReadAsync(client, queues, cancellationToken);
            var problems = new List<string>();
            if (clusters.Count == 0)
                problems.Add("No cluster is running. Start one with 'qcluster start'.");
            foreach (var queue in queues.Where(q => clusters.Count > 0 && !clusters.Any(c => c.Queues.Contains(q))))
            {
                if ((await client.Sizes(queue, cancellationToken)).Waiting > 0)
                    problems.Add($"No cluster serves the queue '{queue}', and tasks wait there.");
            }

            foreach (var cluster in clusters)
                problems.AddRange(cluster.Processes.Where(p => p.State == "starting" && DateTimeOffset.UtcNow - cluster.Started > TimeSpan.FromSeconds(30)).Select(p => $"In cluster {cluster.Cluster} the {p.Role} {p.Ordinal} is not running."));

            if (parsed.GetValue(json))
                Console.WriteLine(Json.Text(new { Healthy = problems.Count == 0, Clusters = clusters.Count, Problems = problems }));
            else
                Console.WriteLine(problems.Count == 0 ? $"healthy: {clusters.Count} cluster{(clusters.Count == 1 ? "" : "s")}" : "unhealthy: " + string.Join(" ", problems));
            return problems.Count == 0 ? ExitCode.Success : ExitCode.Failure;
        });
        return command;
    }
}
