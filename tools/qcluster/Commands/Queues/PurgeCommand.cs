using System.CommandLine;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Output;

namespace QCluster.Tool.Commands.Queues;

internal static class PurgeCommand
{
    public static Command Create()
    {
        var command = new Command("purge", "Cancel every waiting or delayed task of a queue; print how many there were. Running tasks continue.");
        var queue = new Argument<string>("queue") { Description = "The queue." };
        return command.Connect(queue).Run(async (client, parsed, cancellationToken) =>
        {
            Console.WriteLine(await client.Queues.Purge(parsed.GetValue(queue), cancellationToken));
            return ExitCode.Success;
        });
    }
}
