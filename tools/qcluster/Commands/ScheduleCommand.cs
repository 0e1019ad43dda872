using System.CommandLine;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Output;
using Spectre.Console;

namespace QCluster.Tool.Commands;

/// <summary>The verb <c>schedule</c> and its own.</summary>
internal static class ScheduleCommand
{
    public static Command Create() => new("schedule", "Calls that are made again and again, or later. They live in Redis; any cluster fires them, each slot once.")
    {
        Add(), List(), One("run", "Fire a schedule now, besides its slots; print the id of the task.", RunAsync),
        One("pause", "Let a schedule rest. Slots that pass meanwhile are not made up for.", (client, name, queue, token) => ChangeAsync(name, client.Schedules.Pause(name, queue, token), "paused")),
        One("resume", "Let a paused schedule go on with its next slot.", (client, name, queue, token) => ChangeAsync(name, client.Schedules.Resume(name, queue, token), "resumed")),
        One("remove", "Remove a schedule. Tasks that it has fired are not touched.", (client, name, queue, token) => ChangeAsync(name, client.Schedules.Remove(name, queue, token), "removed")),
    };

    private static Command Add()
    {
        var command = new Command("add", "Add a schedule, with --replace also over one of that name. Exit code 0; 1 when there is one of that name.");
        var name = new Argument<string>("name") { Description = "Its name, unique in its queue." };
        var func = new Argument<string>("func") { Description = "The function's registered name." };
        var args = new Argument<string[]>("args") { Description = "Arguments: what parses as JSON is that value, anything else a string. Behind -- everything is an argument.", Arity = ArgumentArity.ZeroOrMore };
        var every = new Option<string?>("--every") { Description = "How often: a duration from 1s, or minutely, hourly, daily, weekly, biweekly, monthly, bimonthly, quarterly, yearly." };
        var cron = new Option<string?>("--cron") { Description = "A cron expression of five fields, or of six with seconds first." };
        var at = new Option<DateTimeOffset?>("--at") { Description = "Once, at this time, ISO 8601." };
        var start = new Option<DateTimeOffset?>("--start") { Description = "When it is due first, and what days and months are counted from. Default now." };
        var repeats = new Option<int?>("--repeats") { Description = "How many times. Default: without end." };
        var zone = new Option<string>("--timezone") { Description = "The IANA name of the time zone whose wall clock it goes by.", DefaultValueFactory = _ => "UTC" };
        var catchUp = new Option<CatchUp?>("--catch-up") { Description = "What becomes of slots that were due while no cluster ran: all, latest or none. Default: as the clusters say (catch_up)." };
        var overlap = new Option<Overlap>("--overlap") { Description = "What becomes of a slot when the task of the one before is not over: allow, skip or queue." };
        var replace = new Option<bool>("--replace") { Description = "Replace the one of that name." };
        var task = new TaskOptionFlags(delayable: false);
        command.Arguments.Add(name);
        command.Arguments.Add(func);
        command.Arguments.Add(args);
        foreach (var option in new Option[] { every, cron, at, start, repeats, zone, catchUp, overlap, replace })
            command.Options.Add(option);
        task.AddTo(command);
        var connection = new Connection(command);
        connection.Add<string?>("queue", "The queue. Default 'default'.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            Misuse.CheckArguments(parsed, parsed.GetValue(args));
            await using var client = connection.Client(parsed);
            var schedule = new Schedule(parsed.GetValue(name)!, When(parsed.GetValue(every), parsed.GetValue(cron), parsed.GetValue(at)), new TaskCall(parsed.GetValue(func)!) { Args = [.. (parsed.GetValue(args) ?? []).Select(Json.Argument)], Kwargs = task.Kwargs(parsed) })
            {
                Options = task.Read(parsed, connection.Settings(parsed)),
                Start = parsed.GetValue(at) ?? parsed.GetValue(start),
                Repeats = parsed.GetValue(repeats),
                TimeZone = parsed.GetValue(zone)!,
                CatchUp = parsed.GetValue(catchUp),
                Overlap = parsed.GetValue(overlap),
            };
            try
            {
                await client.Schedules.Add(schedule, parsed.GetValue(replace), cancellationToken);
            }
            catch (InvalidOperationException e)
            {
                await Console.Error.WriteLineAsync($"qcluster: {e.Message} (--replace does.)");
                return ExitCode.Failure;
            }

            var info = await client.Schedules.Get(schedule.Name, null, cancellationToken);
            Console.WriteLine($"{schedule.Name} is due {(info?.Due is { } due ? $"{Local(due, schedule.TimeZone)} {schedule.TimeZone}" : "never")}.");
            return ExitCode.Success;
        });
        return command;
    }

    private static Recurrence When(string? every, string? cron, DateTimeOffset? at) => (every, cron, at) switch
    {
        ({ } text, null, null) => Recurrence.Parse(text),
        (null, { } text, null) => Recurrence.Cron(text),
        (null, null, { }) => Recurrence.Once,
        _ => throw new ArgumentException("Say when it is due, with one of --every, --cron and --at."),
    };

    private static Command List()
    {
        var command = new Command("list", "List the schedules: when each is due, what it calls, how often it was fired.");
        var json = new Option<bool>("--json") { Description = "One JSON object a line." };
        command.Options.Add(json);
        var connection = new Connection(command);
        connection.Add<string?>("queue", "The queue. Default 'default'.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var client = connection.Client(parsed);
            var schedules = await client.Schedules.List(null, cancellationToken);
            if (parsed.GetValue(json))
            {
                foreach (var schedule in schedules)
                    Console.WriteLine(Json.Text(Shape(schedule)));
                return ExitCode.Success;
            }

            if (schedules.Count == 0)
            {
                Console.WriteLine("There are no schedules.");
                return ExitCode.Success;
            }

            var table = new Table { Border = TableBorder.None };
            foreach (var column in new[] { "name", "when", "calls", "next", "runs", "last" })
                table.AddColumn(new TableColumn(column).NoWrap());
            foreach (var s in schedules)
            {
                table.AddRow(
                    Markup.Escape(s.Name),
                    Markup.Escape(s.Schedule is null ? "-" : s.Schedule.TimeZone == "UTC" ? s.Schedule.When.ToString() : $"{s.Schedule.When} {s.Schedule.TimeZone}"),
                    Markup.Escape(s.Schedule?.Call.Func ?? "-"),
                    s.IsPaused ? "paused" : s.Due is { } due ? Local(due, s.Schedule?.TimeZone ?? "UTC") : "over",
                    s.Skipped == 0 ? $"{s.Runs}" : $"{s.Runs}, {s.Skipped} skipped",
                    s.LastSlot is { } last ? Local(last, s.Schedule?.TimeZone ?? "UTC") : "-");
            }

            AnsiConsole.Write(table);
            foreach (var s in schedules.Where(s => s.Problem is not null))
                await Console.Error.WriteLineAsync($"{s.Name} cannot be fired: {s.Problem}");
            return ExitCode.Success;
        });
        return command;
    }

    private static object Shape(ScheduleInfo s) => new
    {
        s.Name, When = s.Schedule?.When.ToString(), s.Schedule?.TimeZone, s.Schedule?.Call.Func, s.Schedule?.Call.Args, s.Schedule?.Call.Kwargs, s.Schedule?.Start, s.Schedule?.Repeats,
        s.Schedule?.CatchUp, s.Schedule?.Overlap, s.Due, s.Runs, s.Skipped, s.LastSlot, s.LastTask, s.IsPaused, s.IsPeriodicTask, s.Problem,
    };

    private static Command One(string verb, string description, Func<QClusterClient, string, string?, CancellationToken, Task<int>> act)
    {
        var command = new Command(verb, description + " Exit code 0; 3 when there is none of that name.");
        var name = new Argument<string>("name") { Description = "Its name." };
        command.Arguments.Add(name);
        var connection = new Connection(command);
        connection.Add<string?>("queue", "The queue. Default 'default'.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var client = connection.Client(parsed);
            return await act(client, parsed.GetValue(name)!, null, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(QClusterClient client, string name, string? queue, CancellationToken cancellationToken)
    {
        try
        {
            Console.WriteLine(await client.Schedules.Run(name, queue, cancellationToken));
            return ExitCode.Success;
        }
        catch (NotRegisteredException e)
        {
            await Console.Error.WriteLineAsync("qcluster: " + e.Message);
            return ExitCode.Unknown;
        }
        catch (InvalidOperationException e)
        {
            await Console.Error.WriteLineAsync("qcluster: " + e.Message);
            return ExitCode.Failure;
        }
    }

    private static async Task<int> ChangeAsync(string name, Task<bool> change, string what)
    {
        if (await change)
        {
            Console.WriteLine($"{name} is {what}.");
            return ExitCode.Success;
        }

        await Console.Error.WriteLineAsync($"qcluster: There is no schedule '{name}'. See 'qcluster schedule list'.");
        return ExitCode.Unknown;
    }

    private static string Local(DateTimeOffset time, string zone) =>
        (TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) ? TimeZoneInfo.ConvertTime(time, found) : time).ToString("MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
}
