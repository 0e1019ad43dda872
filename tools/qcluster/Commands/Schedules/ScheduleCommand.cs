using System.CommandLine;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Output;

namespace QCluster.Tool.Commands.Schedules;

/// <summary>The verb <c>schedule</c> and its own.</summary>
internal static class ScheduleCommand
{
    public static Command Create() => new("schedule", "Recurring and one-off scheduled calls. They are in Redis. Any cluster may fire a schedule; each occurrence fires exactly once.")
    {
        ScheduleAddCommand.Create(), ScheduleListCommand.Create(), ScheduleNextCommand.Create(),
        One("run", "Fire a schedule now, in addition to its occurrences; print the id of the task.", RunAsync),
        One("pause", "Pause a schedule until resumed. Occurrences that pass meanwhile are not fired later.", (client, name, queue, token) => ChangeAsync(name, client, client.Schedules.Pause(name, queue, token), "paused", token)),
        One("resume", "Resume a paused schedule with its next occurrence.", (client, name, queue, token) => ChangeAsync(name, client, client.Schedules.Resume(name, queue, token), "resumed", token)),
        One("remove", "Remove a schedule. Tasks it has already enqueued are not affected.", (client, name, queue, token) => ChangeAsync(name, client, client.Schedules.Remove(name, queue, token), "removed", token)),
    };

    private static Command One(string verb, string description, Func<QClusterClient, string, string?, CancellationToken, Task<int>> act)
    {
        var command = new Command(verb, description + " Exit code 0; 3 if no schedule has that name.");
        var name = new Argument<string>("name") { Description = "Name of the schedule." };
        return command.Connect(name).WithQueue().Run(async (client, parsed, cancellationToken) =>
        {
            return await act(client, parsed.GetValue(name)!, null, cancellationToken);
        });
    }

    private static async Task<int> RunAsync(QClusterClient client, string name, string? queue, CancellationToken cancellationToken)
    {
        try
        {
            Console.WriteLine(await client.Schedules.Run(name, queue, cancellationToken));
            return ExitCode.Success;
        }
        catch (NotRegisteredException)
        {
            return await UnknownAsync(client, name, cancellationToken);
        }
        catch (InvalidOperationException e)
        {
            await Console.Error.WriteLineAsync("qcluster: " + e.Message);
            return ExitCode.Failure;
        }
    }

    private static async Task<int> ChangeAsync(string name, QClusterClient client, Task<bool> change, string what, CancellationToken cancellationToken)
    {
        try
        {
            if (!await change)
                return await UnknownAsync(client, name, cancellationToken);
            Console.WriteLine($"{name} is {what}.");
            return ExitCode.Success;
        }
        catch (InvalidOperationException e)
        {
            await Console.Error.WriteLineAsync("qcluster: " + e.Message);
            return ExitCode.Failure;
        }
    }

    private static async Task<int> UnknownAsync(QClusterClient client, string name, CancellationToken cancellationToken)
    {
        var others = (await client.Schedules.ListAll(cancellationToken)).Where(s => s.Name == name).Select(s => s.Queue).ToArray();
        await Console.Error.WriteLineAsync(others.Length == 0
            ? $"qcluster: There is no schedule '{name}'. See 'qcluster schedule list'."
            : $"qcluster: There is no schedule '{name}' in this queue. There is one in {string.Join(", ", others)}: name it with --queue.");
        return ExitCode.Unknown;
    }
}
