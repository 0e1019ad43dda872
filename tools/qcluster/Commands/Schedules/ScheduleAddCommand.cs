using System.CommandLine;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Output;
using QCluster.Tool.Commands.Tasks;

namespace QCluster.Tool.Commands.Schedules;

/// <summary>The verb <c>schedule add</c>.</summary>
internal static class ScheduleAddCommand
{
    public static Command Create()
    {
        var command = new Command("add", "Add a schedule. With --replace, replace one of the same name. An unchanged schedule is left alone; a changed one keeps its counters. Exit code 0; 1 if a different schedule has that name.");
        var name = new Argument<string>("name") { Description = "Name of the schedule, unique in its queue." };
        var func = new Argument<string>("func") { Description = "Registered name of the function." };
        var args = new Argument<string[]>("args") { Description = "Arguments. Text that parses as JSON is that value, other text is a string. Everything after -- is an argument.", Arity = ArgumentArity.ZeroOrMore };
        var every = new Option<string?>("--every") { Description = "Interval: a duration from 1s, or minutely, hourly, daily, weekly, biweekly, monthly, bimonthly, quarterly, yearly." };
        var cron = new Option<string?>("--cron") { Description = "A cron expression of five fields, of six with seconds first, or @hourly, @daily, @weekly, @monthly, @yearly." };
        var days = new Option<CronDays?>("--cron-days") { Description = "If both day of month and day of week are restricted: either (default, as in cron) or both must match." };
        var at = new Option<DateTimeOffset?>("--at") { Description = "Once, at this time (ISO 8601)." };
        var start = new Option<DateTimeOffset?>("--start") { Description = "First due time, and start of days and months, ISO 8601. Default: now." };
        var repeats = new Option<int?>("--repeats") { Description = "Maximum number of runs. Default: no limit." };
        var zone = new Option<string>("--timezone", "--zone") { Description = "Time zone, by its IANA name.", DefaultValueFactory = _ => "UTC" };
        var catchUp = new Option<CatchUp?>("--catch-up") { Description = "Missed occurrences to fire, after no cluster ran: latest, all or none. Default: the clusters' setting catch_up." };
        var overlap = new Option<Overlap>("--overlap") { Description = "If the task of the previous occurrence has not ended: allow, skip or queue." };
        var expires = new Option<string?>("--expires-after") { Description = "Expire an occurrence whose task has not begun this long after its due time. Default: no limit." };
        var replace = new Option<bool>("--replace") { Description = "Replace a schedule of the same name." };
        var task = new TaskOptionFlags(delayable: false);
        var connection = command.Connect([name, func, args, every, cron, days, at, start, repeats, zone, catchUp, overlap, expires, replace, .. task.Options])
            .WithQueue();
        return connection.Run(async (client, parsed, cancellationToken) =>
        {
            Misuse.CheckArguments(parsed, parsed.GetValue(args));
            var schedule = new Schedule(parsed.GetValue(name)!, ScheduleTimes.When(parsed.GetValue(every), parsed.GetValue(cron), parsed.GetValue(at), parsed.GetValue(days)), new TaskCall(parsed.GetValue(func)!) { Args = [.. (parsed.GetValue(args) ?? []).Select(Json.Argument)], Kwargs = task.Kwargs(parsed) })
            {
                Options = task.Read(parsed, connection.Settings(parsed)),
                Start = parsed.GetValue(at) ?? parsed.GetValue(start),
                Repeats = parsed.GetValue(repeats),
                TimeZone = parsed.GetValue(zone)!,
                CatchUp = parsed.GetValue(catchUp),
                Overlap = parsed.GetValue(overlap),
                ExpiresAfter = Parsing.Duration("expires-after", parsed.GetValue(expires)),
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
            Console.WriteLine(info switch
            {
                { Due: { } due } => $"{schedule.Name} is due {ScheduleTimes.Local(due, schedule.TimeZone)} {schedule.TimeZone}.",
                { IsPaused: true } => $"{schedule.Name} is paused.",
                { Runs: var runs and > 0 } => $"{schedule.Name} has ended after {runs} runs.",
                _ => $"{schedule.Name} has ended.",
            });
            return ExitCode.Success;
        });
    }
}
