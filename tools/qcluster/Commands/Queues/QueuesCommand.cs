using System.CommandLine;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Output;
using QCluster.Terminal.Reading;
using Spectre.Console;

namespace QCluster.Tool.Commands.Queues;

internal static class QueuesCommand
{
    public static Command Create()
    {
        var command = new Command("queues", "List the queues: numbers of waiting, delayed, running and finished tasks, the age of the oldest waiting task, and whether the queue is paused. A queue that cannot be reached is shown with the reason.");
        var json = JsonOption.Array();
        command.Subcommands.Add(QueuesRemoveCommand.Create());
        return command.Connect(json).Run(async (client, parsed, cancellationToken) =>
        {
            var queues = await QueueReader.SizesAsync(client, await client.Queues.List(cancellationToken), cancellationToken);
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
            foreach (var q in queues.Where(q => q.Problem is null))
                table.AddRow(Markup.Escape(q.PausedSince is null ? q.Queue : q.Queue + " (paused)"), $"{q.Waiting}", $"{q.Delayed}", $"{q.Running}", q.OldestWaiting is { } oldest ? Show.Duration(oldest) : "-", $"{q.Succeeded}", $"{q.Failed}", $"{q.Cancelled}", $"{q.Dead}", $"{q.Refused}");
            AnsiConsole.Write(table);
            Show.Problems(queues);
            return ExitCode.Success;
        });
    }
}
