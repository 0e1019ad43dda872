using System.CommandLine;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Output;
using Spectre.Console;

namespace QCluster.Tool.Commands.Schedules;

/// <summary>The verb <c>schedule list</c>.</summary>
internal static class ScheduleListCommand
{
    public static Command Create()
    {
        var command = new Command("list", "List the schedules of all queues, or of one: due time, function, number of runs.");
        var json = JsonOption.Lines();
        var queue = new Option<string?>("--queue") { Description = "Only this queue. Default: all queues." };
        return command.Connect(json, queue).Run(async (client, parsed, cancellationToken) =>
        {
            var schedules = parsed.GetValue(queue) is { } one ? await client.Schedules.List(one, cancellationToken) : await client.Schedules.ListAll(cancellationToken);
            if (parsed.GetValue(json))
            {
                foreach (var schedule in schedules)
                    Console.WriteLine(Json.Text(Shape(schedule)));
                return ExitCode.Success;
            }

            if (schedules.Count == 0)
            {
                Console.WriteLine(parsed.GetValue(queue) is { } empty ? $"There are no schedules in the queue {empty}." : "There are no schedules.");
                return ExitCode.Success;
            }

            var table = new Table { Border = TableBorder.None };
            foreach (var column in new[] { "queue", "name", "when", "calls", "next", "runs", "last" })
                table.AddColumn(new TableColumn(column).NoWrap());
            foreach (var s in schedules)
            {
                table.AddRow(
                    Markup.Escape(s.Queue),
                    Markup.Escape(s.Name),
                    Markup.Escape(s.Schedule is null ? "-" : s.Schedule.TimeZone == "UTC" ? s.Schedule.When.ToString() : $"{s.Schedule.When} {s.Schedule.TimeZone}"),
                    Markup.Escape(s.Schedule?.Call.Func ?? "-"),
                    s.IsPaused ? "paused" : s.Problem is not null && s.Due is null ? "rests" : s.Due is { } due ? ScheduleTimes.Local(due, s.Schedule?.TimeZone ?? "UTC") : "over",
                    s.Skipped == 0 ? $"{s.Runs}" : $"{s.Runs}, {s.Skipped} skipped",
                    s.LastSlot is { } last ? ScheduleTimes.Local(last, s.Schedule?.TimeZone ?? "UTC") : "-");
            }

            AnsiConsole.Write(table);
            foreach (var s in schedules.Where(s => s.Problem is not null))
                await Console.Error.WriteLineAsync($"{s.Name} ({s.Queue}): {s.Problem}");
            return ExitCode.Success;
        });
    }

    private static object Shape(ScheduleInfo s) => new
    {
        s.Queue, s.Name, When = s.Schedule?.When.ToString(), s.Schedule?.TimeZone, s.Schedule?.Call.Func, s.Schedule?.Call.Args, s.Schedule?.Call.Kwargs, s.Schedule?.Start, s.Schedule?.Repeats,
        s.Schedule?.CatchUp, s.Schedule?.Overlap, CronDays = s.Schedule?.When is { Expression: not null } cron ? cron.DayMatch : (CronDays?)null, ExpiresAfter = s.Schedule?.ExpiresAfter?.TotalSeconds, s.Due, s.Runs, s.Skipped, s.LastSlot, s.LastTask, s.IsPaused, s.IsPeriodicTask, s.Problem,
    };
}
