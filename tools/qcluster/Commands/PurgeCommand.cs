using System.CommandLine;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Output;

namespace QCluster.Tool.Commands;

internal static class PurgeCommand
{
    public static Command Create()
    {
        var command = new Command("purge", "Cancel every waiting or delayed task of a queue; print how many there were. Running tasks continue.");
        var queue = new Argument<string>("queue") { Description = "The queue." };
        command.Arguments.Add(queue);
        var connection = new Connection(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var client = connection.Client(parsed);
            Console.WriteLine(await client.Purge(parsed.GetValue(queue), cancellationToken));
            return ExitCode.Success;
        });
        return command;
    }
}
