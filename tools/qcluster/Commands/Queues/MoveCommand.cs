using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using QCluster.Launching.Servers;
using QCluster.Redis;
using QCluster.Terminal.Output;
using QCluster.Tool.Lab;
using QCluster.Tool.Move;
using QCluster.Tool.Start;
using Spectre.Console;

namespace QCluster.Tool.Commands.Queues;

internal static class MoveCommand
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        var command = new Command("move", "Copy all tasks, schedules and records of a name to another server, and compare both: from the embedded server to a Redis or Valkey, or between any two. Refuses while clusters run. The first server keeps its data. Exit code 0; 64 if nothing was moved, with the reason on stderr; 69 if a server is unavailable.");
        var from = new Option<string>("--from") { Description = "The server that has the data: 'embedded', which must not run, or an address as for --redis.", Required = true };
        var to = new Option<string>("--to") { Description = "The server that gets them: an address as for --redis. It must have nothing of the name.", Required = true };
        var name = new Option<string>("--name") { Description = "The name of the clusters and clients.", DefaultValueFactory = _ => new QClusterOptions().Name };
        foreach (var option in new Option[] { from, to, name })
            command.Options.Add(option);
        command.SetAction(async parsed =>
        {
            var source = parsed.GetValue(from)!;
            using var lease = EmbeddedPlace.IsMeant(source) ? Lease() : null;
            await using var server = lease is null ? null : await StartAsync();
            await using var one = Connect(server?.Endpoint ?? source);
            await using var other = Connect(parsed.GetValue(to)!);
            var (before, after) = await new MoveRun(one, other, parsed.GetValue(name)!).RunAsync();
            Print(before, after);
            if (server is not null)
                await server.StopAsync();
            return ExitCode.Success;
        });
        return command;
    }

    private static EmbeddedLease Lease() =>
        EmbeddedPlace.Find() is null ? EmbeddedLease.Take() : throw new IOException("A cluster runs with the embedded server. Stop it first, then move.");

    private static async Task<RedisProcess> StartAsync()
    {
        await EmbeddedLease.WaitForFormerAsync();
        return await RedisProcess.StartAsync(new RedisProcessOptions { Program = EmbeddedProgram.OfThisTool(), Folder = EmbeddedLease.DataFolder, Arguments = ["--appendonly", "yes"] });
    }

    private static RedisConnection Connect(string redis) =>
        RedisConnection.Create(RedisSettings.Parse(redis), new RedisConnectionOptions { ClientName = "qcluster-move", CallTimeout = CallTimeout }, NullLogger.Instance, TimeProvider.System);

    private static void Print(MoveCounts before, MoveCounts after)
    {
        var table = new Table { Border = TableBorder.None };
        table.AddColumn("");
        table.AddColumn(new TableColumn("from").RightAligned().NoWrap());
        table.AddColumn(new TableColumn("to").RightAligned().NoWrap());
        foreach (var (what, count) in before.All)
            table.AddRow(what, count.ToString("N0", CultureInfo.InvariantCulture), after.All[what].ToString("N0", CultureInfo.InvariantCulture));
        AnsiConsole.Write(table);
        Console.WriteLine("Both servers have the same.");
    }
}
