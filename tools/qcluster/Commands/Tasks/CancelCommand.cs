using System.CommandLine;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Output;

namespace QCluster.Tool.Commands.Tasks;

internal static class CancelCommand
{
    public static Command Create()
    {
        var command = new Command("cancel", "Cancel a task or a chain: a waiting task ends at once, for a running one a cancel is requested. Exit code 0; 1 if it had already finished, 3 if it is unknown.");
        var id = new Argument<string>("id") { Description = "The id or name of a task, or the group id of a chain." };
        var json = JsonOption.Object();
        return command.Connect(id, json).Run(async (client, parsed, cancellationToken) =>
        {
            var task = parsed.GetValue(id)!;
            var result = await client.Cancel(task, cancellationToken);
            Console.WriteLine(parsed.GetValue(json) ? Json.Text(new { Id = task, Result = result }) : result switch
            {
                CancelResult.Cancelled => "cancelled",
                CancelResult.Requested => "requested: a worker has it and is notified",
                CancelResult.AlreadyFinished => "already finished",
                _ => "unknown",
            });
            return result switch
            {
                CancelResult.Cancelled or CancelResult.Requested => ExitCode.Success,
                CancelResult.AlreadyFinished => ExitCode.Failure,
                _ => ExitCode.Unknown,
            };
        });
    }
}
