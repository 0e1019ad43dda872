using System.CommandLine;
using QCluster.Client.Results;
using QCluster.Redis;
using QCluster.Terminal.CommandLine;
using QCluster.Tool.Bench;
using QCluster.Tool.Lab;
using QCluster.Terminal.Output;

namespace QCluster.Tool.Commands.Lab;

internal static class BenchCommand
{
    public static Command Create()
    {
        var command = new Command("bench", $"Measure: {string.Join(", ", Scenarios.Names)}, or all of them except growth, which takes long (and postgres, unless --results names a server). Tasks are signed and acknowledged, and their results are kept. Uses a redis-server of its own unless one is named (without one on PATH, or with --redis embedded, an embedded server), and a cluster name of its own there. Linux only.");
        var what = new Argument<string[]>("what") { Description = "The measurements to run.", DefaultValueFactory = _ => ["all"] };
        var tasks = new Option<int?>("--tasks") { Description = "Number of tasks per round. Default: depends on the measurement." };
        var clusters = new Option<int>("--clusters") { Description = "Number of clusters.", DefaultValueFactory = _ => 1 };
        var roundCount = new Option<int>("--rounds") { Description = "Number of rounds; the median counts.", DefaultValueFactory = _ => 3 };
        var json = JsonOption.Object();
        var connection = command.Connect(what, tasks, clusters, roundCount, json)
            .With("workers", "Worker processes of a cluster. Default: the number of processors.")
            .WithResults($"The database for the measurement 'postgres' or 'sqlite': {ResultStores.Forms}. Default: none, and a temporary file for 'sqlite'. One with a password is better given as QCLUSTER_RESULTS than on a command line.")
            .With("concurrency", "Tasks at a time in one worker. Default 8.");
        command.SetAction(async parsed =>
        {
            var settings = connection.Settings(parsed);
            var names = parsed.GetValue(what)!;
            if (names.Contains("all", StringComparer.Ordinal))
                names = [.. Scenarios.Of(settings.Text("results") is { } database && !ResultFile.IsNamedBy(database))];
            if (names.FirstOrDefault(n => !Scenarios.Names.Contains(n, StringComparer.Ordinal)) is { } unknown)
                throw new ArgumentException($"'{unknown}' is no measurement: {string.Join(", ", Scenarios.Names)} or all.");
            List<string> arguments = [];
            foreach (var setting in new[] { "workers", "concurrency" })
            {
                if (settings.Text(setting) is { } value)
                    arguments.AddRange([$"--{setting}", value]);
            }

            var named = settings.Text("redis");
            await using var own = named is null || EmbeddedPlace.IsMeant(named) ? await OwnRedis.StartAsync(named: named) : null;
            await using var target = new BenchTarget(own?.Endpoint ?? named!, ResultFile.Absolute(settings.Text("results")), arguments);
            var run = new BenchRun(target, parsed.GetValue(tasks), parsed.GetValue(clusters));
            var scenarios = new Scenarios(run);
            foreach (var name in names)
            {
                for (var round = 1; round <= parsed.GetValue(roundCount); round++)
                {
                    await Console.Error.WriteLineAsync($"{name}, round {round}");
                    await scenarios.RunAsync(name);
                }
            }

            BenchReport.Print(run.Rounds, parsed.GetValue(roundCount), parsed.GetValue(json));
            return ExitCode.Success;
        });
        return command;
    }
}
