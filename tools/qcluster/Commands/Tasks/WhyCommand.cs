using System.CommandLine;
using QCluster.Client.Monitoring;
using QCluster.Model;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Output;
using QCluster.Terminal.Reading;

namespace QCluster.Tool.Commands.Tasks;

internal static class WhyCommand
{
    public static Command Create()
    {
        var command = new Command("why", "Explain in one sentence why a task is where it is. Exit code 0; 3 if the task is unknown.");
        var ids = new Argument<string[]>("id") { Description = "The tasks' ids or names.", Arity = ArgumentArity.OneOrMore };
        return command.Connect(ids).WithResults().Run(async (client, parsed, cancellationToken) =>
        {
            var code = ExitCode.Success;
            foreach (var id in parsed.GetValue(ids)!)
            {
                var record = await client.Fetch(id, cancellationToken: cancellationToken);
                if (record is null)
                    code = ExitCode.Unknown;
                Console.WriteLine(record is null
                    ? $"{id} is unknown: no such task was enqueued here, or it has ended and its record has expired. Without a database, records of uncached tasks are kept only for the last ones (save_limit)."
                    : $"{id} {await SentenceAsync(client, record, cancellationToken)}");
            }

            return code;
        });
    }

    private static async Task<string> SentenceAsync(QClusterClient client, TaskRecord record, CancellationToken cancellationToken)
    {
        var queue = TaskId.TryParse(record.Id, out var id) ? id.Value.Queue : TaskId.DefaultQueue;
        return record.State switch
        {
            TaskState.Succeeded => $"succeeded at {record.Stopped:u} after {record.TimeTaken():0.###} s{Attempts(record)}, on worker {record.Worker}.",
            TaskState.Cancelled => $"was cancelled at {record.Stopped:u}: {record.Error?.Message}",
            TaskState.Failed => $"failed at {record.Stopped:u}{Attempts(record)} ({record.Error?.Reason}): {record.Error?.Message}",
            TaskState.Delayed when record.Attempts.Count > 0 => $"has failed {Times(record.Attempts.Count)}, the last time with '{record.Error?.Message}', and is retried at {record.Due:u}.",
            TaskState.Delayed => $"is delayed until {record.Due:u}.",
            TaskState.Queued when record.IsLimited => $"waits in the queue '{queue}', held back by a rate or concurrency limit; it starts as soon as the limit allows.",
            _ => await UnfinishedAsync(client, record, queue, cancellationToken),
        };
    }

    private static async Task<string> UnfinishedAsync(QClusterClient client, TaskRecord record, string queue, CancellationToken cancellationToken)
    {
        var clusters = (await ClusterReader.ReadAsync(client, [queue], cancellationToken)).Where(c => c.Queues.Contains(queue, StringComparer.Ordinal)).ToArray();
        if (record.State == TaskState.Running)
            return Running(record, clusters);
        var sizes = await client.Queues.Sizes(queue, cancellationToken);
        if (sizes.PausedSince is { } paused)
            return $"waits in the queue '{queue}', which has been paused since {paused:u}. Resume it with 'qcluster resume {queue}'.";
        if (clusters.Length == 0)
            return $"waits in the queue '{queue}', which no cluster serves. Start one with 'qcluster start{(queue == TaskId.DefaultQueue ? "" : $" --queue {queue}")}'.";
        var workers = clusters.SelectMany(c => c.Processes).Count(p => string.Equals(p.Role, "worker", StringComparison.OrdinalIgnoreCase));
        return record.Ahead is { } ahead
            ? $"waits in the queue '{queue}' with {ahead} tasks of its priority before it; {workers} workers of {clusters.Length} cluster{(clusters.Length == 1 ? "" : "s")} serve it and hold {sizes.Running} tasks."
            : $"waits in the queue '{queue}' for a worker of its own, because it has lost workers before and this is its last attempt; or it was made by a later version that no cluster here knows.";
    }

    private static string Running(TaskRecord record, IReadOnlyList<ClusterDescription> clusters)
    {
        if (clusters.FirstOrDefault(c => c.Cluster == record.Cluster) is not { } cluster)
            return $"was with worker {record.Worker} of cluster {record.Cluster}, which has ended; another cluster reclaims the task when that heartbeat has run out.";
        return cluster.Running.FirstOrDefault(r => r.Id == record.Id) is { } running
            ? $"runs on worker {record.Worker} (pid {cluster.Processes.FirstOrDefault(p => p.Ordinal == running.Worker && string.Equals(p.Role, "worker", StringComparison.OrdinalIgnoreCase))?.Pid} on {cluster.Host}){(running.Progress is { } progress ? $", {progress:P0} done" : "")}."
            : $"is with worker {record.Worker} of cluster {record.Cluster}, and starts there as soon as a slot is free.";
    }

    private static string Times(int count) => count == 1 ? "once" : $"{count} times";

    private static string Attempts(TaskRecord record) => record.Attempt > 1 ? $" at attempt {record.Attempt}" : "";
}
