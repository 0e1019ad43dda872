using System.CommandLine;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Output;

namespace QCluster.Tool.Commands.Groups;

internal static class GroupCommand
{
    public static Command Create()
    {
        var command = new Command("group", "Print the results of a group's finished members as a JSON array, in the order in which they were enqueued. Exit code 0; 1 if a member failed (the first error goes to stderr), 2 if they have not finished in time, or the group is unknown.");
        var id = new Argument<string>("group") { Description = "The label, or the id that chain or iter printed; label@queue for another queue." };
        var wait = new Option<string?>("--wait") { Description = "Wait up to this long for all enqueued members, or for --count of them." };
        var count = new Option<int?>("--count") { Description = "Minimum number of members." };
        var number = new Option<bool>("--number") { Description = "Print only the number of finished members." };
        var delete = new Option<bool>("--delete") { Description = "Delete the group and print how many members it had." };
        var tasks = new Option<bool>("--tasks") { Description = "With --delete: delete the members' records too." };
        var cancel = new Option<bool>("--cancel") { Description = "Cancel the unfinished members and print how many there were." };
        var json = JsonOption.Of("Print the members' records, one JSON object per line.");
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
