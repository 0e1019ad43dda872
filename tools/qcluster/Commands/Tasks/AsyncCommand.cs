using System.CommandLine;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Output;

namespace QCluster.Tool.Commands.Tasks;

internal static class AsyncCommand
{
    private const int BulkSize = 5_000;
    private static readonly TimeSpan MaxHold = TimeSpan.FromMilliseconds(50);

    public static Command Create()
    {
        var command = new Command("async", "Enqueue a task; print its id, or with --wait its value. Exit code 0; with --wait 1 if it failed (the error goes to stderr), 2 if it has not finished in time; 69 if --mandatory or --immediate cannot be met.");
        var func = new Argument<string>("func") { Description = "Registered name of the function." };
        var args = new Argument<string[]>("args") { Description = "Arguments. Text that parses as JSON is that value, other text is a string. Everything after -- is an argument.", Arity = ArgumentArity.ZeroOrMore };
        var wait = new Option<string?>("--wait") { Description = "Wait up to this long for the value." };
        var each = new Option<bool>("--each") { Description = "Enqueue one task per line of stdin, each line a JSON array of arguments; print the ids. Lines are sent at most 50 ms after they were read." };
        var task = new TaskOptionFlags(delayable: true);
        var connection = command.Connect([func, args, wait, each, .. task.Options]).WithQueue();
        return connection.Run(async (client, parsed, cancellationToken) =>
        {
            Misuse.CheckArguments(parsed, parsed.GetValue(args));
            var options = task.Read(parsed, connection.Settings(parsed));
            var name = parsed.GetValue(func)!;
            var named = task.Kwargs(parsed);
            if (parsed.GetValue(each))
                return await EachAsync(client, name, named, options, cancellationToken);

            var call = new TaskCall(name) { Args = [.. (parsed.GetValue(args) ?? []).Select(Json.Argument)], Kwargs = named };
            var limit = Parsing.Duration("wait", parsed.GetValue(wait));
            string id;
            try
            {
                id = await client.Async(call, options, cancellationToken);
            }
            catch (Exception e) when (e is QueueNotServedException or NoFreeSlotException or NotRegisteredException)
            {
                await Console.Error.WriteLineAsync("qcluster: " + e.Message);
                return ExitCode.Unavailable;
            }

            if (limit is null)
            {
                Console.WriteLine(id);
                return ExitCode.Success;
            }

            return ResultCommand.Print(id, await client.Fetch(id, limit, cancellationToken), json: false);
        });
    }

    private static async Task<int> EachAsync(QClusterClient client, string func, Dictionary<string, object?>? named, TaskOptions options, CancellationToken cancellationToken)
    {
        var calls = new List<TaskCall>(BulkSize);
        var number = 0;
        // Console.In would block the thread until a line is there.
        using var lines = new StreamReader(Console.OpenStandardInput());
        while (await NextAsync() is { } line)
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

        // What has come is not held back by what has not: a slow pipe's tasks run while it is read on.
        async Task<string?> NextAsync()
        {
            var next = lines.ReadLineAsync(cancellationToken).AsTask();
            if (calls.Count > 0 && await Task.WhenAny(next, Task.Delay(MaxHold, cancellationToken)) != next)
                await FlushAsync();
            return await next;
        }

        async Task FlushAsync()
        {
            if (calls.Count == 0)
                return;
            foreach (var id in await client.AsyncBulk(calls, options, cancellationToken))
                Console.WriteLine(id);
            calls.Clear();
        }
    }
}
