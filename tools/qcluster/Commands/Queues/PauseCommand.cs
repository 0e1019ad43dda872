using System.CommandLine;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Output;

namespace QCluster.Tool.Commands.Queues;

internal static class PauseCommand
{
    public static Command CreatePause() => Create(
        "pause",
        "Pause a queue: no cluster starts its tasks until 'qcluster resume'. Running tasks continue, and tasks can still be enqueued.",
        async (client, queue, cancellationToken) => await client.Queues.Pause(queue, cancellationToken) ? "paused" : "was already paused");

    public static Command CreateResume() => Create(
        "resume",
        "Resume a paused queue.",
        async (client, queue, cancellationToken) => await client.Queues.Resume(queue, cancellationToken) ? "resumed" : "was not paused");

    private static Command Create(string verb, string description, Func<IQClusterClient, string, CancellationToken, Task<string>> change)
    {
        var command = new Command(verb, description);
        var queue = new Argument<string>("queue") { Description = "The queue." };
        return command.Connect(queue).Run(async (client, parsed, cancellationToken) =>
        {
            var name = parsed.GetValue(queue)!;
            if (!(await client.Queues.List(cancellationToken)).Contains(name, StringComparer.Ordinal))
                await Console.Error.WriteLineAsync($"qcluster: no task was ever enqueued to '{name}', and no cluster serves it. 'qcluster queues' lists the known queues.");
            Console.WriteLine($"{name} {await change(client, name, cancellationToken)}");
            return ExitCode.Success;
        });
    }
}
