using System.CommandLine;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Output;

namespace QCluster.Tool.Commands.Queues;

internal static class PauseCommand
{
    public static Command CreatePause() => Create(
        "pause",
        "Hand out nothing more of a queue until 'qcluster resume', whichever clusters come and go. Running tasks go on, and tasks can be enqueued as ever.",
        async (client, queue, cancellationToken) => await client.Queues.Pause(queue, cancellationToken) ? "paused" : "was paused already");

    public static Command CreateResume() => Create(
        "resume",
        "Let a paused queue go on.",
        async (client, queue, cancellationToken) => await client.Queues.Resume(queue, cancellationToken) ? "goes on" : "was not paused");

    private static Command Create(string verb, string description, Func<IQClusterClient, string, CancellationToken, Task<string>> change)
    {
        var command = new Command(verb, description);
        var queue = new Argument<string>("queue") { Description = "The queue." };
        return command.Connect(queue).Run(async (client, parsed, cancellationToken) =>
        {
            var name = parsed.GetValue(queue)!;
            if (!(await client.Queues.List(cancellationToken)).Contains(name, StringComparer.Ordinal))
                await Console.Error.WriteLineAsync($"qcluster: no task was ever enqueued to '{name}', and no cluster serves it; 'qcluster queues' lists those there are.");
            Console.WriteLine($"{name} {await change(client, name, cancellationToken)}");
            return ExitCode.Success;
        });
    }
}
