using System.CommandLine;
using System.Globalization;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Output;
using Spectre.Console;

namespace QCluster.Tool.Commands.Tasks;

internal static class TaskCommand
{
    public static Command CreateOne()
    {
        var command = new Command("task", "Show an unfinished task: where it waits or runs, since when, and its progress. Exit code 0; 3 if it has finished or is unknown.");
        var id = new Argument<string>("id") { Description = "The task's id or name." };
        var json = JsonOption.Object();
        return command.Connect(id, json).Run(async (client, parsed, cancellationToken) =>
        {
            if (await client.GetTaskInfo(parsed.GetValue(id)!, cancellationToken) is not { } info)
            {
                await Console.Error.WriteLineAsync($"qcluster: the task {parsed.GetValue(id)} is completed or unknown. Ask for its record with: qcluster fetch {parsed.GetValue(id)}");
                return ExitCode.Unknown;
            }

            if (parsed.GetValue(json))
                Console.WriteLine(Json.Text(info));
            else
                AnsiConsole.Write(Table([info]));
            return ExitCode.Success;
        });
    }

    public static Command CreateList()
    {
        var command = new Command("tasks", "List the running tasks, then the waiting ones, up to the limit.");
        var limit = new Option<int>("--limit") { Description = "Maximum number; of waiting tasks a few hundred at most.", DefaultValueFactory = _ => 50 };
        var json = JsonOption.Lines();
        return command.Connect(limit, json).WithQueue().Run(async (client, parsed, cancellationToken) =>
        {
            var tasks = await client.Monitoring.GetTasks(limit: parsed.GetValue(limit), cancellationToken: cancellationToken);
            if (parsed.GetValue(json))
            {
                foreach (var task in tasks)
                    Console.WriteLine(Json.Text(task));
            }
            else if (tasks.Count == 0)
            {
                Console.WriteLine("No tasks run or wait.");
            }
            else
            {
                AnsiConsole.Write(Table(tasks));
            }

            return ExitCode.Success;
        });
    }

    private static Table Table(IReadOnlyList<TaskInfo> tasks)
    {
        var table = new Table { Border = TableBorder.None };
        foreach (var column in new[] { "id", "function", "name", "priority", "type", "status", "queued", "started", "progress", "worker" })
            table.AddColumn(new TableColumn(column).NoWrap());
        foreach (var t in tasks)
        {
            var status = t is { Status: TaskInfoStatus.Queued, Due: { } due } ? "until " + Time(due) : t.Status.ToString().ToLowerInvariant();
            table.AddRow([.. new[]
            {
                t.Id, t.Task, t.Name ?? "", t.Priority.ToString(CultureInfo.InvariantCulture), t.Type.ToString().ToLowerInvariant(), status, Time(t.TimeQueued), t.TimeStarted is { } started ? Time(started) : "",
                t.Progress is { } progress ? string.Create(CultureInfo.InvariantCulture, $"{progress:0%} {t.ProgressMessage}").TrimEnd() : "", t.Worker ?? "",
            }.Select(Markup.Escape)]);
        }

        return table;
    }

    private static string Time(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
