using System.CommandLine;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Output;
using QCluster.Tool.Commands.Tasks;

namespace QCluster.Tool.Commands.Queues;

/// <summary>The verb <c>dead</c> and its own.</summary>
internal static class DeadCommand
{
    public static Command Create() => new("dead", "Tasks that were given up: no attempt was left to them, or they lost their worker too often. The newest 10,000 of a queue.")
    {
        List(), Retry(), Purge(),
    };

    private static Command List()
    {
        var command = new Command("list", "List them, the newest first.");
        var limit = new Option<int>("--limit") { Description = "At most so many, 1 to 1000.", DefaultValueFactory = _ => 20 };
        var skip = new Option<int>("--skip") { Description = "Leave out so many." };
        var json = JsonOption.Lines();
        return command.Connect(limit, skip, json).WithQueue().WithResults().Run(async (client, parsed, cancellationToken) =>
        {
            var tasks = await client.Dead.List(parsed.GetValue(skip), parsed.GetValue(limit), null, cancellationToken);
            if (parsed.GetValue(json))
            {
                foreach (var task in tasks)
                    Console.WriteLine(Json.Text(FetchCommand.Shape(task)));
            }
            else
            {
                FinishedCommand.Show(tasks, succeeded: false);
            }

            var count = await client.Dead.Count(null, cancellationToken);
            if (count > parsed.GetValue(skip) + tasks.Count)
                await Console.Error.WriteLineAsync($"{count} in all; the records of some may have expired.");
            return ExitCode.Success;
        });
    }

    private static Command Retry() => ForSome(
        "retry",
        "Run them again, as new tasks with the same arguments and options; print the new ids. Exit code 0; 3 when one is unknown.",
        async (client, ids, cancellationToken) =>
        {
            if (ids is null)
            {
                foreach (var again in await client.Dead.RetryAll(null, cancellationToken))
                    Console.WriteLine(again);
                return ExitCode.Success;
            }

            var code = ExitCode.Success;
            foreach (var id in ids)
            {
                try
                {
                    Console.WriteLine(await client.Dead.Retry(id, cancellationToken));
                }
                catch (Exception e) when (e is UnknownTaskException or InvalidOperationException)
                {
                    await Console.Error.WriteLineAsync("qcluster: " + e.Message);
                    code = e is UnknownTaskException ? ExitCode.Unknown : ExitCode.Failure;
                }
            }

            return code;
        });

    private static Command Purge() => ForSome(
        "purge",
        "Take them off the list and delete their records from Redis; print how many there were.",
        async (client, ids, cancellationToken) =>
        {
            long count = ids is null ? await client.Dead.PurgeAll(null, cancellationToken) : 0;
            foreach (var id in ids ?? [])
                count += await client.Dead.Purge(id, cancellationToken) ? 1 : 0;
            Console.WriteLine(count);
            return ExitCode.Success;
        });

    /// <param name="verb">The verb.</param>
    /// <param name="description">What it does.</param>
    /// <param name="act">Does it, with the ids that were named, or null for all.</param>
    private static Command ForSome(string verb, string description, Func<QClusterClient, string[]?, CancellationToken, Task<int>> act)
    {
        var command = new Command(verb, description);
        var ids = new Argument<string[]>("id") { Description = "Which.", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "All of the queue." };
        return command.Connect(ids, all).WithQueue().WithResults().Run(async (client, parsed, cancellationToken) =>
        {
            var named = parsed.GetValue(ids)!;
            if (parsed.GetValue(all) == named.Length > 0)
                throw new ArgumentException("Name tasks by their ids, or say --all.");
            return await act(client, named.Length == 0 ? null : named, cancellationToken);
        });
    }
}
