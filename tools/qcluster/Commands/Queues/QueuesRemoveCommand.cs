using System.CommandLine;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Output;

namespace QCluster.Tool.Commands.Queues;

internal static class QueuesRemoveCommand
{
    public static Command Create()
    {
        var command = new Command("remove", "Remove unused queues: their counters, settings and lists of recent tasks. Exit code 0; 1 if a queue has tasks or schedules or is served, 3 if a queue is unknown.");
        var queues = new Argument<string[]>("queue") { Description = "The queues.", Arity = ArgumentArity.ZeroOrMore };
        var unused = new Option<bool>("--unused") { Description = "All queues without tasks and schedules that no cluster serves." };
        command.Validators.Add(result =>
        {
            if (result.GetValue(queues) is not { Length: > 0 } && !result.GetValue(unused))
                result.AddError("Name a queue, or give --unused for all unused queues.");
        });
        return command.Connect(queues, unused).Run(async (client, parsed, cancellationToken) =>
        {
            var exit = ExitCode.Success;
            foreach (var queue in parsed.GetValue(queues) ?? [])
            {
                var removal = await client.Queues.Remove(queue, cancellationToken);
                if (removal == QueueRemoval.Removed)
                    Console.WriteLine($"{queue} removed");
                else
                    await Console.Error.WriteLineAsync($"qcluster: {Reason(queue, removal)}");
                exit = removal switch { QueueRemoval.Removed => exit, QueueRemoval.Unknown => ExitCode.Unknown, _ => ExitCode.Failure };
            }

            if (!parsed.GetValue(unused))
                return exit;
            foreach (var queue in await client.Queues.List(cancellationToken))
            {
                if (await client.Queues.Remove(queue, cancellationToken) == QueueRemoval.Removed)
                    Console.WriteLine($"{queue} removed");
            }

            return exit;
        });
    }

    private static string Reason(string queue, QueueRemoval removal) => removal switch
    {
        QueueRemoval.HasTasks => $"the queue '{queue}' has tasks: 'qcluster purge {queue}' cancels those that wait, 'qcluster dead purge' forgets the dead ones.",
        QueueRemoval.IsServed => $"the queue '{queue}' is served by a cluster: stop it first.",
        QueueRemoval.HasSchedules => $"the queue '{queue}' has schedules: 'qcluster schedule remove' removes them.",
        QueueRemoval.AwaitsDatabase => $"records of the queue '{queue}' are not in the database yet: start a cluster that serves the queue, and retry.",
        _ => $"the queue '{queue}' is unknown; 'qcluster queues' lists those there are.",
    };
}
