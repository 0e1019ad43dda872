using System.CommandLine;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Output;
using Spectre.Console;

namespace QCluster.Tool.Commands.Queues;

internal static class QueuesCommand
{
    public static Command Create()
    {
        var command = new Command("queues", "List the queues: numbers of waiting, delayed, running and finished tasks, the age of the oldest waiting task, and whether the queue is paused.");
        var json = JsonOption.Array();
        command.Subcommands.Add(QueuesRemoveCommand.Create());
        return command.Connect(json).Run(async (client, parsed, cancellationToken) =>
        {
            var queues = new List<QueueSizes>();
            foreach (var queue in await client.Queues.List(cancellationToken))
                queues.Add(await client.Queues.Sizes(queue, cancellationToken));
            if (parsed.GetValue(json))
            {
                Console.WriteLine(Json.Text(queues));
                return ExitCode.Success;
            }

            if (queues.Count == 0)
            {
                Console.WriteLine("There are no queues yet.");
                return ExitCode.Success;
            }

            var table = new Table { Border = TableBorder.None };
            table.AddColumn(new TableColumn("queue").NoWrap());
            foreach (var column in new[] { "waiting", "delayed", "running", "oldest", "succeeded", "failed", "cancelled", "dead", "refused" })
                table.AddColumn(new TableColumn(column).RightAligned().NoWrap());
            foreach (var q in queues)
                table.AddRow(Markup.Escape(q.PausedSince is null ? q.Queue : q.Queue + " (paused)"), $"{q.Waiting}", $"{q.Delayed}", $"{q.Running}", q.OldestWaiting is { } oldest ? Show.Duration(oldest) : "-", $"{q.Succeeded}", $"{q.Failed}", $"{q.Cancelled}", $"{q.Dead}", $"{q.Refused}");
            AnsiConsole.Write(table);
            return ExitCode.Success;
        });
    }
}
