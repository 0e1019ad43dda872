using System.CommandLine;
using QCluster.Tool.Output;

namespace QCluster.Tool.Commands;

internal static class FetchCommand
{
    public static Command Create()
    {
        var command = new Command("fetch", "Print all that is known of a task, finished or not. Exit code 0; 3 when it is unknown.");
        var id = new Argument<string>("id") { Description = "The task's id." };
        var wait = new Option<string?>("--wait") { Description = "Wait this long for it to finish." };
        var json = new Option<bool>("--json") { Description = "As one JSON object." };
        command.Arguments.Add(id);
        command.Options.Add(wait);
        command.Options.Add(json);
        var connection = new Connection(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var client = connection.Client(parsed);
            var task = parsed.GetValue(id)!;
            if (await client.Fetch(task, Parsing.Duration("wait", parsed.GetValue(wait)), cancellationToken) is not { } record)
                return ResultCommand.Print(task, null, json: false);
            if (parsed.GetValue(json))
                Console.WriteLine(Json.Text(Shape(record)));
            else
                Show(record);
            return ExitCode.Success;
        });
        return command;
    }

    private static object Shape(TaskRecord r) => new
    {
        r.Id, r.State, r.Name, r.Func, r.Args, r.Kwargs, r.Result, r.Queued, r.Started, r.Stopped, TimeTaken = r.TimeTaken(),
        r.Success, r.Attempt, r.Error, r.Cluster, r.Worker, r.Ahead, r.Due,
    };

    private static void Show(TaskRecord record)
    {
        foreach (var (label, value) in Lines(record))
        {
            if (value is not null)
                Console.WriteLine($"{label,-10} {value}");
        }
    }

    private static IEnumerable<(string Label, string? Value)> Lines(TaskRecord r) =>
    [
        ("id", r.Id),
        ("state", r.State.ToString().ToLowerInvariant()),
        ("name", r.Name),
        ("func", r.Func),
        ("args", r.Func is null ? null : Json.Text(r.Args)),
        ("kwargs", r.Kwargs.Count == 0 ? null : Json.Text(r.Kwargs)),
        ("result", r.Success == true ? Json.Text(r.Result) : null),
        ("error", r.Error is null ? null : $"({r.Error.Reason}) {r.Error}"),
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
