using System.CommandLine;
using System.Runtime.CompilerServices;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Output;
using QCluster.Tool.Commands.Tasks;

namespace QCluster.Tool.Commands.Groups;

internal static class IterCommand
{
    public static Command Create()
    {
        var command = new Command("iter", "Enqueue one task per line of stdin; print the id of the iteration, or with --wait the results as one JSON array, in the order of the lines. Exit code 0; with --wait 1 if a task failed (the error goes to stderr), 2 if they have not finished in time.");
        var func = new Argument<string>("func") { Description = "Registered name of the function." };
        var wait = new Option<string?>("--wait") { Description = "Wait up to this long for all of them." };
        var cached = new Option<string?>("--cached") { Description = "How long to keep the results; on = result_ttl (default)." };
        var timeout = new Option<string?>("--timeout") { Description = "Time-out of each task." };
        return command.Connect(func, wait, cached, timeout).WithQueue().Run(async (client, parsed, cancellationToken) =>
        {
            var options = new TaskOptions { Cached = Parsing.Cached(parsed.GetValue(cached)), Timeout = Parsing.Duration("timeout", parsed.GetValue(timeout)) };
            var id = await client.AsyncIter(parsed.GetValue(func)!, LinesAsync(cancellationToken), options, cancellationToken);
            if (Parsing.Duration("wait", parsed.GetValue(wait)) is not { } limit)
            {
                Console.WriteLine(id);
                return ExitCode.Success;
            }

            return ResultCommand.Print(id, await client.Fetch(id, limit, cancellationToken), json: false);
        });
    }

    /// <summary>Each line: a JSON array of arguments, or one argument.</summary>
    private static async IAsyncEnumerable<object?> LinesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await Console.In.ReadLineAsync(cancellationToken) is { } line)
        {
            if (!string.IsNullOrWhiteSpace(line))
                yield return Json.Array(line) ?? Json.Argument(line);
        }
    }
}
