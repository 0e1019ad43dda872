using System.CommandLine;
using QCluster.Client.Results;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Output;
using Spectre.Console;

namespace QCluster.Tool.Commands.Tasks;

/// <summary>The verbs <c>successes</c> and <c>failures</c>.</summary>
internal static class FinishedCommand
{
    public static Command Create(bool succeeded)
    {
        var command = new Command(
            succeeded ? "successes" : "failures",
            $"List tasks that {(succeeded ? "succeeded" : "failed or were cancelled")}, the newest first: those in the database (--results), or without one the last that Redis keeps (save_limit).");
        var func = new Option<string?>("--func") { Description = "Only this function." };
        var group = new Option<string?>("--group") { Description = "Only this group." };
        var taskName = new Option<string?>("--task-name") { Description = "Only this name." };
        var cluster = new Option<string?>("--cluster") { Description = "Only tasks run by this cluster (its id)." };
        var from = new Option<DateTimeOffset?>("--from") { Description = "Finished at this time or later, ISO 8601." };
        var to = new Option<DateTimeOffset?>("--to") { Description = "Finished before this time, ISO 8601." };
        var oldest = new Option<bool>("--oldest-first") { Description = "The oldest first." };
        var limit = new Option<int>("--limit") { Description = "Maximum number, 1 to 10000.", DefaultValueFactory = _ => 20 };
        var after = new Option<string?>("--after") { Description = "The next page: the text that the previous page wrote to stderr." };
        var count = new Option<bool>("--count") { Description = "Print only the number of tasks." };
        var delete = new Option<bool>("--delete") { Description = "Delete all matching tasks, regardless of the limit; print how many there were." };
        var json = JsonOption.Lines();
        var connection = command.Connect(func, group, taskName, cluster, from, to, oldest, limit, after, count, delete, json)
            .WithQueue("The queue. Default 'default'; with a database, all.")
            .WithResults($"The database of results: {ResultStores.Forms}. One with a password is better given as QCLUSTER_RESULTS than on a command line.");
        return connection.Run(async (client, parsed, cancellationToken) =>
        {
            var tasks = succeeded ? client.Successes : client.Failures;
            var query = new TaskQuery
            {
                Func = parsed.GetValue(func),
                Group = parsed.GetValue(group),
                Name = parsed.GetValue(taskName),
                Cluster = parsed.GetValue(cluster),
                Queue = connection.Settings(parsed).Text("queue"),
                From = parsed.GetValue(from),
                To = parsed.GetValue(to),
                OldestFirst = parsed.GetValue(oldest),
                Limit = parsed.GetValue(limit),
                After = parsed.GetValue(after),
            };
            if (parsed.GetValue(delete) || parsed.GetValue(count))
            {
                Console.WriteLine(parsed.GetValue(delete) ? await tasks.Delete(query, cancellationToken) : await tasks.Count(query, cancellationToken));
                return ExitCode.Success;
            }

            var page = await tasks.Query(query, cancellationToken);
            if (parsed.GetValue(json))
            {
                foreach (var task in page.Tasks)
                    Console.WriteLine(Json.Text(FetchCommand.Shape(task)));
            }
            else
            {
                Show(page.Tasks, succeeded);
            }

            if (page.Next is not null)
                await Console.Error.WriteLineAsync($"There are more: --after {page.Next}");
            return ExitCode.Success;
        });
    }

    public static void Show(IReadOnlyList<TaskRecord> tasks, bool succeeded)
    {
        if (tasks.Count == 0)
        {
            Console.WriteLine("None.");
            return;
        }

        var table = new Table { Border = TableBorder.None };
        foreach (var column in new[] { "stopped", "took", "func", "id" })
            table.AddColumn(new TableColumn(column).NoWrap());
        table.AddColumn(new TableColumn(succeeded ? "result" : "error"));
        foreach (var task in tasks)
        {
            table.AddRow(
                $"{task.Stopped?.ToLocalTime():MM-dd HH:mm:ss}",
                task.TimeTaken() is { } seconds ? $"{seconds:0.000}s" : "-",
                Markup.Escape(task.Func ?? "-"),
                Markup.Escape(task.Id),
                Markup.Escape(Shorten(succeeded ? Json.Text(task.Result) : $"({task.Error?.Reason}) {task.Error?.Message}")));
        }

        AnsiConsole.Write(table);
    }

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..57] + "...";
}
