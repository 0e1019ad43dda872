using System.CommandLine;
using System.Globalization;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Output;

namespace QCluster.Tool.Commands.Schedules;

/// <summary>The verb <c>schedule next</c>: arithmetic, without Redis.</summary>
internal static class ScheduleNextCommand
{
    public static Command Create()
    {
        var command = new Command("next", "Print the next due times of a cron expression or of --every. Needs no Redis. Exit code 0; 64 if the expression is invalid.");
        var cron = new Argument<string?>("cron") { Description = "A cron expression, as one argument.", Arity = ArgumentArity.ZeroOrOne };
        var every = new Option<string?>("--every") { Description = "In place of a cron expression: a duration from 1s, or minutely, hourly, daily, weekly, biweekly, monthly, bimonthly, quarterly, yearly." };
        var days = new Option<CronDays?>("--cron-days") { Description = "If both day of month and day of week are restricted: either (default) or both must match." };
        var zone = new Option<string>("--zone", "--timezone") { Description = "Time zone, by its IANA name.", DefaultValueFactory = _ => "UTC" };
        var count = new Option<int>("--count") { Description = "Number of due times, 1 to 10000.", DefaultValueFactory = _ => 5 };
        var after = new Option<DateTimeOffset?>("--after") { Description = "Only due times later than this, ISO 8601. Default: now." };
        var start = new Option<DateTimeOffset?>("--start") { Description = "Start of intervals, days and months, ISO 8601. Default: --after." };
        var json = JsonOption.Lines();
        command.Arguments.Add(cron);
        foreach (var option in new Option[] { every, days, zone, count, after, start, json })
            command.Options.Add(option);
        command.SetAction(parsed =>
        {
            if ((parsed.GetValue(cron) is null) == (parsed.GetValue(every) is null))
                throw new ArgumentException("Say when it is due: a cron expression as one argument in quotes, or --every.");
            var when = ScheduleTimes.When(parsed.GetValue(every), parsed.GetValue(cron), null, parsed.GetValue(days));
            var name = parsed.GetValue(zone)!;
            foreach (var due in when.Next(parsed.GetValue(after) ?? TimeProvider.System.GetUtcNow(), name, parsed.GetValue(count), parsed.GetValue(start)))
                Console.WriteLine(parsed.GetValue(json) ? Json.Text(new { Due = due, Utc = due.UtcDateTime, Zone = name }) : due.ToString("yyyy-MM-dd HH:mm:ss zzz ddd", CultureInfo.InvariantCulture));
            return ExitCode.Success;
        });
        return command;
    }
}
