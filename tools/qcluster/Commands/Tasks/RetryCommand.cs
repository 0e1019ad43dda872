using System.CommandLine;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Output;

namespace QCluster.Tool.Commands.Tasks;

internal static class RetryCommand
{
    public static Command Create()
    {
        var command = new Command("retry", "Run a finished task again with the same arguments and options, as a new task; print its id, or with --wait its value. Exit code 3 if the task is unknown.");
        var id = new Argument<string>("id") { Description = "The task's id or name." };
        var wait = new Option<string?>("--wait") { Description = "Wait up to this long for the value." };
        return command.Connect(id, wait).WithResults().Run(async (client, parsed, cancellationToken) =>
        {
            string again;
            try
            {
                again = await client.Retry(parsed.GetValue(id)!, cancellationToken);
            }
            catch (UnknownTaskException)
            {
                return ResultCommand.Print(parsed.GetValue(id)!, null, json: false);
            }
            catch (InvalidOperationException e)
            {
                await Console.Error.WriteLineAsync("qcluster: " + e.Message);
                return ExitCode.Failure;
            }

            if (Parsing.Duration("wait", parsed.GetValue(wait)) is not { } limit)
            {
                Console.WriteLine(again);
                return ExitCode.Success;
            }

            return ResultCommand.Print(again, await client.Fetch(again, limit, cancellationToken), json: false);
        });
    }
}
