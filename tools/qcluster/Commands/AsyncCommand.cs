using System.CommandLine;
using QCluster.Tool.Output;

namespace QCluster.Tool.Commands;

internal static class AsyncCommand
{
    private const int BulkSize = 5_000;

    public static Command Create()
    {
        var command = new Command("async", "Enqueue a task; print its id, or with --wait its value. Exit code 0; with --wait 1 when it failed (the error goes to stderr), 2 when it was not done in time.");
        var func = new Argument<string>("func") { Description = "The function's registered name." };
        var args = new Argument<string[]>("args") { Description = "Arguments: what parses as JSON is that value, anything else a string.", Arity = ArgumentArity.ZeroOrMore };
        var kwarg = new Option<string[]>("--kwarg") { Description = "A named argument, name=value; the value is read like an argument." };
        var wait = new Option<string?>("--wait") { Description = "Wait this long for the value." };
        var each = new Option<bool>("--each") { Description = "One task per line of stdin, each line a JSON array of arguments; prints the ids." };
        var priority = new Option<int>("--priority") { Description = "0 to 9, a higher number is taken first.", DefaultValueFactory = _ => TaskPriority.Normal };
        var taskName = new Option<string?>("--task-name") { Description = "A name shown with the task." };
        var timeout = new Option<string?>("--timeout") { Description = "How long it may run." };
        var delay = new Option<string?>("--delay") { Description = "It starts this much later." };
        var eta = new Option<DateTimeOffset?>("--eta") { Description = "It starts at this time, ISO 8601." };
        var expires = new Option<DateTimeOffset?>("--expires") { Description = "It fails instead of starting after this time, ISO 8601." };
        var cached = new Option<string?>("--cached") { Description = "How long its record is kept in Redis; on = result_ttl." };
        var group = new Option<string?>("--group") { Description = "A label that tasks share." };
        var hook = new Option<string?>("--hook") { Description = "A registered function that a worker calls with the record once the task is over." };
        var hookArg = new Option<string[]>("--hook-arg") { Description = "An argument of the hook besides the record." };
        var save = new Option<bool?>("--save") { Description = "false = do not keep the value of a success; true = keep it even where save_limit is negative." };
        var uniqueKey = new Option<string?>("--unique-key") { Description = "If a task with this key is there, print its id instead of enqueueing another." };
        var uniqueWindow = new Option<string?>("--unique-window") { Description = "How long the key is held. Default: until the task has ended." };
        var ignore = new Option<bool>("--ignore-result") { Description = "Do not keep the value of a success." };
        var maxLost = new Option<int?>("--max-lost") { Description = "How often it may lose its worker." };
        command.Arguments.Add(func);
        command.Arguments.Add(args);
        foreach (var option in new Option[] { kwarg, wait, each, priority, taskName, timeout, delay, eta, expires, cached, group, hook, hookArg, save, uniqueKey, uniqueWindow, ignore, maxLost })
            command.Options.Add(option);
        var connection = new Connection(command);
        connection.Add<string?>("queue", "The queue. Default 'default'.");

        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var client = connection.Client(parsed);
            var options = new TaskOptions
            {
                Priority = parsed.GetValue(priority),
                TaskName = parsed.GetValue(taskName),
                Timeout = Parsing.Duration("timeout", parsed.GetValue(timeout)),
                Delay = Parsing.Duration("delay", parsed.GetValue(delay)),
                Eta = parsed.GetValue(eta),
                Expires = parsed.GetValue(expires),
                Cached = Parsing.Cached(parsed.GetValue(cached), connection.Settings(parsed)),
                Group = parsed.GetValue(group),
                Hook = parsed.GetValue(hook),
                HookArgs = [.. (parsed.GetValue(hookArg) ?? []).Select(Json.Argument)],
                Save = parsed.GetValue(save),
                UniqueKey = parsed.GetValue(uniqueKey),
                UniqueWindow = Parsing.Duration("unique-window", parsed.GetValue(uniqueWindow)),
                IgnoreResult = parsed.GetValue(ignore),
                MaxLost = parsed.GetValue(maxLost),
            };
            var name = parsed.GetValue(func)!;
            var named = Named(parsed.GetValue(kwarg) ?? []);
            if (parsed.GetValue(each))
                return await EachAsync(client, name, named, options, cancellationToken);

            var call = new TaskCall(name) { Args = [.. (parsed.GetValue(args) ?? []).Select(Json.Argument)], Kwargs = named };
            var limit = Parsing.Duration("wait", parsed.GetValue(wait));
            var id = await client.Async(call, options, cancellationToken);
            if (limit is null)
            {
                Console.WriteLine(id);
                return ExitCode.Success;
            }

            return ResultCommand.Print(id, await client.Fetch(id, limit, cancellationToken), json: false);
        });
        return command;
    }

    private static Dictionary<string, object?>? Named(string[] pairs)
    {
        if (pairs.Length == 0)
            return null;
        var named = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var pair in pairs)
        {
            var split = pair.IndexOf('=', StringComparison.Ordinal);
            if (split <= 0)
                throw new ArgumentException($"--kwarg cannot be '{pair}': write name=value.");
            named[pair[..split]] = Json.Argument(pair[(split + 1)..]);
        }

        return named;
    }

    private static async Task<int> EachAsync(QClusterClient client, string func, Dictionary<string, object?>? named, TaskOptions options, CancellationToken cancellationToken)
    {
        var calls = new List<TaskCall>(BulkSize);
        var number = 0;
        while (await Console.In.ReadLineAsync(cancellationToken) is { } line)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            calls.Add(new TaskCall(func) { Args = Json.Array(line) ?? throw new ArgumentException($"Line {number} is not a JSON array of arguments: {(line.Length > 100 ? line[..100] : line)}"), Kwargs = named });
            if (calls.Count == BulkSize)
                await FlushAsync();
        }

        await FlushAsync();
        return ExitCode.Success;

        async Task FlushAsync()
        {
            foreach (var id in await client.AsyncBulk(calls, options, cancellationToken))
                Console.WriteLine(id);
            calls.Clear();
        }
    }
}
