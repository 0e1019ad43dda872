using System.CommandLine;
using System.Globalization;
using QCluster.Client.Results;
using QCluster.Redis;
using QCluster.Terminal.CommandLine;
using QCluster.Terminal.Output;
using QCluster.Tool.Lab;
using QCluster.Tool.Torture;
using Spectre.Console;

namespace QCluster.Tool.Commands.Lab;

internal static class TortureCommand
{
    public static Command Create()
    {
        var command = new Command("torture", "Check the promises: start clusters and a Redis, run every kind of task, kill their processes and Redis at random, then compare records, side effects and keys with the accepted tasks. Exit code 1 if anything was lost, doubled or left over. Affects only processes that it has started. Linux only.");
        var seconds = new Option<double>("--seconds") { Description = "Duration in seconds.", DefaultValueFactory = _ => 60 };
        var kills = new Option<double>("--kills-per-second") { Description = "Processes killed or stopped per second.", DefaultValueFactory = _ => 4 };
        var restarts = new Option<int>("--redis-restarts") { Description = "Number of times Redis is killed and restarted.", DefaultValueFactory = _ => 1 };
        var clusters = new Option<int>("--clusters") { Description = "Clusters on the same queues.", DefaultValueFactory = _ => 2 };
        var workers = new Option<int>("--workers") { Description = "Workers per cluster.", DefaultValueFactory = _ => 2 };
        var seed = new Option<int?>("--seed") { Description = "Seed of the random choices, to repeat a run. Default: a new one, which is printed." };
        var results = new Option<string?>("--results") { Description = $"A database for a part of the tasks: {ResultStores.Forms}. If it has a password, prefer QCLUSTER_RESULTS to the command line." };
        var redis = new Option<string?>("--redis") { Description = "The server to start and kill: redis-server, or embedded. Default: the redis-server on PATH; without one, the embedded server." };
        redis.AcceptOnlyFromAmong(OwnRedis.RedisServer, EmbeddedPlace.Word);
        var json = JsonOption.Object();
        foreach (var option in new Option[] { seconds, kills, restarts, clusters, workers, seed, results, redis, json })
            command.Options.Add(option);
        command.SetAction(async parsed =>
        {
            var options = new TortureOptions(
                TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                parsed.GetValue(kills),
                parsed.GetValue(restarts),
                parsed.GetValue(clusters),
                parsed.GetValue(workers),
                parsed.GetValue(seed) ?? Random.Shared.Next(1, 1_000_000),
                ResultFile.Absolute(parsed.GetValue(results) ?? Environment.GetEnvironmentVariable("QCLUSTER_RESULTS")),
                parsed.GetValue(redis));
            if (options.Duration <= TimeSpan.Zero || options.KillsPerSecond <= 0 || options.Clusters < 1 || options.Workers < 1)
                throw new ArgumentException("--seconds, --kills-per-second, --clusters and --workers must be above 0.");
            var verdict = await new TortureRun(options).RunAsync(Console.Error.WriteLine);
            if (parsed.GetValue(json))
                Console.WriteLine(Json.Text(verdict));
            else
                Print(verdict);
            return verdict.Holds ? ExitCode.Success : ExitCode.Failure;
        });
        return command;
    }

    private static void Print(Verdict verdict)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = false };
        table.AddColumn("what");
        table.AddColumn(new TableColumn("count").RightAligned().NoWrap());
        foreach (var (what, count) in new (string, long)[]
        {
            ("tasks", verdict.Tasks), ("kills", verdict.Kills), ("restarts of Redis", verdict.RedisRestarts), ("runs repeated by kills", verdict.RepeatedRuns),
            ("calls that failed", verdict.Uncertain), ("lost", verdict.Lost), ("duplicated outcomes", verdict.DuplicatedOutcomes), ("wrong outcomes", verdict.WrongOutcomes),
            ("chains broken", verdict.ChainsBroken), ("groups broken", verdict.GroupsBroken), ("hooks missing", verdict.HooksMissing), ("begun too early", verdict.TooEarly), ("not unique", verdict.NotUnique), ("attempts missing", verdict.AttemptsMissing), ("slots broken", verdict.SlotsBroken),
            ("runs not explained", verdict.UnexplainedRuns), ("keys leaked", verdict.KeysLeaked),
        })
            table.AddRow(what, count.ToString("N0", CultureInfo.InvariantCulture));
        AnsiConsole.Write(table);
        foreach (var (kind, count) in verdict.KillsByKind)
            Console.WriteLine($"  {kind}: {count}");
        foreach (var example in verdict.Examples)
            Console.WriteLine(example);
        Console.WriteLine(verdict.Holds ? $"All promises were kept (seed {verdict.Seed})." : $"Promises were broken. To repeat: --seed {verdict.Seed}");
    }
}
