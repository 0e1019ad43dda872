using System.CommandLine;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Output;
using QCluster.Tool.Commands.Tasks;

namespace QCluster.Tool.Commands.Queues;

/// <summary>The verb <c>dead</c> and its own.</summary>
internal static class DeadCommand
{
    public static Command Create() => new("dead", "Dead-lettered tasks: no attempt was left, or their worker died too often. The newest 10,000 of a queue.")
    {
        List(), Retry(), Purge(),
    };

    private static Command List()
    {
        var command = new Command("list", "List dead-lettered tasks, the newest first.");
        var limit = new Option<int>("--limit") { Description = "Maximum number, 1 to 1000.", DefaultValueFactory = _ => 20 };
        var skip = new Option<int>("--skip") { Description = "Number to skip." };
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
                await Console.Error.WriteLineAsync($"{count} in total; the records of some may have expired.");
            return ExitCode.Success;
        });
    }

    private static Command Retry() => ForSome(
        "retry",
        "Run dead-lettered tasks again, as new tasks with the same arguments and options; print the new ids. Exit code 0; 3 if a task is unknown.",
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
        "Remove dead-lettered tasks from the list, and their records from Redis; print how many there were.",
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
        var ids = new Argument<string[]>("id") { Description = "Task ids.", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "All dead-lettered tasks of the queue." };
        return command.Connect(ids, all).WithQueue().WithResults().Run(async (client, parsed, cancellationToken) =>
        {
            var named = parsed.GetValue(ids)!;
            if (parsed.GetValue(all) == named.Length > 0)
                throw new ArgumentException("Give the ids of the tasks, or --all.");
            return await act(client, named.Length == 0 ? null : named, cancellationToken);
        });
    }
}
