using System.CommandLine;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Output;

namespace QCluster.Tool.Commands.Tasks;

internal static class ResultCommand
{
    public static Command Create()
    {
        var command = new Command("result", "Print the value of a task as JSON. Exit code 0; 1 if it failed (the error goes to stderr), 2 if it has not finished, 3 if it is unknown.");
        var id = new Argument<string>("id") { Description = "The task's id or name." };
        var wait = new Option<string?>("--wait") { Description = "Wait up to this long for it." };
        var json = JsonOption.Of("An object with id, state, result and error.");
        return command.Connect(id, wait, json).WithResults().Run(async (client, parsed, cancellationToken) =>
        {
            var task = parsed.GetValue(id)!;
            return Print(task, await client.Fetch(task, Parsing.Duration("wait", parsed.GetValue(wait)), cancellationToken), parsed.GetValue(json));
        });
    }

    public static int Print(string id, TaskRecord? record, bool json)
    {
        if (record is null)
        {
            Console.Error.WriteLine($"qcluster: the task {id} is unknown: never enqueued under this name and Redis, or its record has expired.");
            return ExitCode.Unknown;
        }

        if (json)
            Console.WriteLine(Json.Text(new { record.Id, record.State, Result = record.Success == true ? record.Result : null, record.Error }));
        switch (record.Success)
        {
            case true:
                if (!json)
                    Console.WriteLine(Json.Text(record.Result));
                return ExitCode.Success;
            case false:
                if (!json)
                    Console.Error.WriteLine($"qcluster: the task {id} did not succeed ({record.Error?.Reason}): {record.Error}");
                return ExitCode.Failure;
            default:
                if (!json)
                    Console.Error.WriteLine($"qcluster: the task {id} is not finished: {record.State.ToString().ToLowerInvariant()}.");
                return ExitCode.Timeout;
        }
    }
}
