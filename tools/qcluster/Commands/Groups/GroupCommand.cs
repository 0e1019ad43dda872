using System.CommandLine;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Output;

namespace QCluster.Tool.Commands.Groups;

internal static class GroupCommand
{
    public static Command Create()
    {
        var command = new Command("group", "Print the results of a group's finished members as a JSON array, in the order in which they were enqueued. Exit code 0; 1 when one failed (the first error goes to stderr), 2 when there are not that many in time, or the group is unknown.");
        var id = new Argument<string>("group") { Description = "The label, or the id that chain or iter printed; label@queue for another queue." };
        var wait = new Option<string?>("--wait") { Description = "Wait this long for all members that were enqueued, or for --count of them." };
        var count = new Option<int?>("--count") { Description = "At least so many members." };
        var number = new Option<bool>("--number") { Description = "Print only how many members are finished." };
        var delete = new Option<bool>("--delete") { Description = "Forget the group; prints how many members it had." };
        var tasks = new Option<bool>("--tasks") { Description = "With --delete: the members' records too." };
        var cancel = new Option<bool>("--cancel") { Description = "Cancel its members that are not finished; prints how many." };
        var json = JsonOption.Of("The members' records, one JSON object a line.");
        return command.Connect(id, wait, count, number, delete, tasks, cancel, json).WithQueue().WithResults().Run(async (client, parsed, cancellationToken) =>
        {
            var group = parsed.GetValue(id)!;
            if (parsed.GetValue(delete))
            {
                Console.WriteLine(await client.DeleteGroup(group, parsed.GetValue(tasks), cancellationToken));
                return ExitCode.Success;
            }

            if (parsed.GetValue(cancel))
            {
                Console.WriteLine(await client.CancelGroup(group, cancellationToken));
                return ExitCode.Success;
            }

            if (parsed.GetValue(number))
            {
                Console.WriteLine(await client.CountGroup(group, cancellationToken: cancellationToken));
                return ExitCode.Success;
            }

            var records = await client.FetchGroup(group, failures: true, Parsing.Duration("wait", parsed.GetValue(wait)), parsed.GetValue(count), cancellationToken);
            return Results.Print($"group {group}", records, parsed.GetValue(json));
        });
    }
}
