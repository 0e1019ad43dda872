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
        var command = new Command("why", "Say in a sentence why a task is where it is. Exit code 0; 3 when it is unknown.");
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
                    ? $"{id} is not known: no such task was enqueued here, or it has ended and its record's time is over. Without a database the records of uncached tasks are kept for the last ones only (save_limit)."
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
            TaskState.Succeeded => $"has succeeded at {record.Stopped:u} after {record.TimeTaken():0.###} s{Attempts(record)}, on worker {record.Worker}.",
            TaskState.Cancelled => $"was cancelled at {record.Stopped:u}: {record.Error?.Message}",
            TaskState.Failed => $"has failed at {record.Stopped:u}{Attempts(record)} ({record.Error?.Reason}): {record.Error?.Message}",
            TaskState.Delayed when record.Attempts.Count > 0 => $"has failed {Times(record.Attempts.Count)}, the last time with '{record.Error?.Message}', and is tried again at {record.Due:u}.",
            TaskState.Delayed => $"is delayed until {record.Due:u}.",
            TaskState.Queued when record.IsLimited => $"waits in the queue '{queue}', kept back by a rate or concurrency limit that is used up; it goes on as soon as that allows.",
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
            return $"waits in the queue '{queue}', which has been paused since {paused:u}. 'qcluster resume {queue}' lets it go on.";
        if (clusters.Length == 0)
            return $"waits in the queue '{queue}', which no cluster serves. Start one with 'qcluster start{(queue == TaskId.DefaultQueue ? "" : $" --queue {queue}")}'.";
        var workers = clusters.SelectMany(c => c.Processes).Count(p => string.Equals(p.Role, "worker", StringComparison.OrdinalIgnoreCase));
        return record.Ahead is { } ahead
            ? $"waits in the queue '{queue}' with {ahead} tasks of its priority before it; {workers} workers of {clusters.Length} cluster{(clusters.Length == 1 ? "" : "s")} serve it, and {sizes.Running} tasks are in their hands."
            : $"waits in the queue '{queue}' for a worker of its own, since it has lost its workers before and this is its last try; or it was made by a later version, and no cluster here knows that.";
    }

    private static string Running(TaskRecord record, IReadOnlyList<ClusterDescription> clusters)
    {
        if (clusters.FirstOrDefault(c => c.Cluster == record.Cluster) is not { } cluster)
            return $"was with worker {record.Worker} of cluster {record.Cluster}, which is gone; another cluster takes it back once its heartbeat has run out.";
        return cluster.Running.FirstOrDefault(r => r.Id == record.Id) is { } running
            ? $"runs on worker {record.Worker} (pid {cluster.Processes.FirstOrDefault(p => p.Ordinal == running.Worker && string.Equals(p.Role, "worker", StringComparison.OrdinalIgnoreCase))?.Pid} on {cluster.Host}){(running.Progress is { } progress ? $", {progress:P0} done" : "")}."
            : $"is with worker {record.Worker} of cluster {record.Cluster}, and begins there as soon as a slot is free.";
    }

    private static string Times(int count) => count == 1 ? "once" : $"{count} times";

    private static string Attempts(TaskRecord record) => record.Attempt > 1 ? $" at its attempt {record.Attempt}" : "";
}
