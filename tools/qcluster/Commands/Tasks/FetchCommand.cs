using System.CommandLine;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Output;

namespace QCluster.Tool.Commands.Tasks;

internal static class FetchCommand
{
    public static Command Create()
    {
        var command = new Command("fetch", "Print the records of tasks, finished or not. Exit code 0; 3 if a task is unknown.");
        var ids = new Argument<string[]>("id") { Description = "The tasks' ids or names.", Arity = ArgumentArity.OneOrMore };
        var wait = new Option<string?>("--wait") { Description = "Wait up to this long for each to finish." };
        var json = JsonOption.Lines();
        return command.Connect(ids, wait, json).WithResults().Run(async (client, parsed, cancellationToken) =>
        {
            var wanted = Parsing.Duration("wait", parsed.GetValue(wait));
            var code = ExitCode.Success;
            foreach (var id in parsed.GetValue(ids)!)
            {
                if (await client.Fetch(id, wanted, cancellationToken) is not { } record)
                    code = ResultCommand.Print(id, null, json: false);
                else if (parsed.GetValue(json))
                    Console.WriteLine(Json.Text(Shape(record)));
                else
                    Show(record);
            }

            return code;
        });
    }

    public static object Shape(TaskRecord r) => new
    {
        r.Id, r.State, r.Name, r.Func, r.Group, r.Hook, r.Args, r.Kwargs, r.Result, r.Queued, r.Started, r.Stopped, TimeTaken = r.TimeTaken(),
        r.Success, r.Attempt, r.Attempts, r.Error, r.Cluster, r.Worker, r.Ahead, r.Due, r.Schedule, r.ScheduledFor, r.IsLimited, r.Unreadable,
    };

    private static void Show(TaskRecord record)
    {
        foreach (var (label, value) in Lines(record))
        {
            if (value is not null)
                Console.WriteLine($"{label,-10} {value}");
        }

        if (record.Attempts.Count < 2 && record.Success is not null)
            return;
        foreach (var attempt in record.Attempts)
            Console.WriteLine($"attempt {attempt.Number,-3}{attempt.Started:o} to {attempt.Stopped:o}: {(attempt.Error is { } error ? $"({error.Reason}) {(error.Type is null ? "" : error.Type + ": ")}{error.Message}" : "succeeded")}");
    }

    private static IEnumerable<(string Label, string? Value)> Lines(TaskRecord r) =>
    [
        ("id", r.Id),
        ("state", r.State.ToString().ToLowerInvariant()),
        ("name", r.Name),
        ("func", r.Func),
        ("group", r.Group),
        ("hook", r.Hook),
        ("args", r.Func is null ? null : Json.Text(r.Args)),
        ("kwargs", r.Kwargs.Count == 0 ? null : Json.Text(r.Kwargs)),
        ("result", r.Success == true ? Json.Text(r.Result) : null),
        ("error", r.Error is null ? null : $"({r.Error.Reason}) {r.Error}"),
        ("schedule", r.ScheduledFor is { } slot ? $"{r.Schedule}, occurrence {slot:o}" : r.Schedule),
        ("limited", r.IsLimited ? "kept back by a rate or concurrency limit" : null),
        ("ahead", r.Ahead?.ToString()),
        ("due", r.Due?.ToString("o")),
        ("queued", r.Queued.ToString("o")),
        ("started", r.Started?.ToString("o")),
        ("stopped", r.Stopped?.ToString("o")),
        ("took", r.TimeTaken() is { } seconds ? $"{seconds:0.000000} s" : null),
        ("attempt", r.Attempt == 0 ? null : r.Attempt.ToString()),
        ("cluster", r.Cluster),
        ("worker", r.Worker),
    ];
}
