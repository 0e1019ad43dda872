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
        var command = new Command("add", "Add a schedule, with --replace also over one of that name. One that is the same as before is left alone; of one that has changed the counters stay. Exit code 0; 1 when there is another one of that name.");
        var name = new Argument<string>("name") { Description = "Its name, unique in its queue." };
        var func = new Argument<string>("func") { Description = "The function's registered name." };
        var args = new Argument<string[]>("args") { Description = "Arguments: what parses as JSON is that value, anything else a string. Behind -- everything is an argument.", Arity = ArgumentArity.ZeroOrMore };
        var every = new Option<string?>("--every") { Description = "How often: a duration from 1s, or minutely, hourly, daily, weekly, biweekly, monthly, bimonthly, quarterly, yearly." };
        var cron = new Option<string?>("--cron") { Description = "A cron expression of five fields, of six with seconds first, or @hourly, @daily, @weekly, @monthly, @yearly." };
        var days = new Option<CronDays?>("--cron-days") { Description = "Where day of month and day of week are both restricted: either (default) as cron has it, or both must match." };
        var at = new Option<DateTimeOffset?>("--at") { Description = "Once, at this time, ISO 8601." };
        var start = new Option<DateTimeOffset?>("--start") { Description = "When it is due first, and what days and months are counted from. Default now." };
        var repeats = new Option<int?>("--repeats") { Description = "How many times. Default: without end." };
        var zone = new Option<string>("--timezone", "--zone") { Description = "The IANA name of the time zone whose wall clock it goes by.", DefaultValueFactory = _ => "UTC" };
        var catchUp = new Option<CatchUp?>("--catch-up") { Description = "What becomes of slots that were missed, as no cluster ran: latest, all or none. Default: as the clusters say (catch_up)." };
        var overlap = new Option<Overlap>("--overlap") { Description = "What becomes of a slot when the task of the one before is not over: allow, skip or queue." };
        var expires = new Option<string?>("--expires-after") { Description = "Leave out a slot whose task has not begun so long after its due time. Default: however late." };
        var replace = new Option<bool>("--replace") { Description = "Replace the one of that name." };
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
                { Runs: var runs and > 0 } => $"{schedule.Name} is over: it has run {runs} times.",
                _ => $"{schedule.Name} is over.",
            });
            return ExitCode.Success;
        });
    }
}
