using System.Diagnostics;
using QCluster.Client.Results;

namespace QCluster.Tool.Bench;

/// <summary>Tasks whose results go into PostgreSQL: rows a second, from the first row to the last. The rows are deleted afterwards.</summary>
internal static class PostgresScenario
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    public static async Task RunAsync(BenchRun run)
    {
        var results = run.Target.Results ?? throw new ArgumentException("The measurement 'postgres' needs a database: name one with --results or QCLUSTER_RESULTS.");
        var count = run.Tasks ?? 200_000;
        // A queue of its own: by it the rows are known from all others.
        var queue = run.Target.Name;
        var mine = new TaskQuery { Queue = queue };
        await using var store = ResultStores.Open(results);
        await using var client = run.Target.NewClient(cached: false);
        await BenchRun.BulkAsync(client, count, new TaskOptions { Queue = queue });
        var before = await run.Target.CostAsync();
        var running = await run.StartClustersAsync(wait: false, "--queue", queue);
        try
        {
            var clock = Stopwatch.StartNew();
            var first = TimeSpan.Zero;
            long already = 0;
            for (long rows = 0; rows < count;)
            {
                if (clock.Elapsed > BenchRun.Limit)
                    throw new TimeoutException($"{rows} of {count} rows were there within {BenchRun.Limit.TotalMinutes} minutes.");
                await Task.Delay(Poll);
                rows = await store.CountAsync(null, mine, CancellationToken.None);
                if (rows > 0 && first == TimeSpan.Zero)
                    (first, already) = (clock.Elapsed, rows);
            }

            await run.ReportCostsAsync("PostgreSQL", count, before, running);
            run.Rounds.Add("results into PostgreSQL", "rows/s", (count - already) / (clock.Elapsed - first).TotalSeconds);
        }
        finally
        {
            await run.StopAsync(running);
            await store.DeleteAsync(null, mine, CancellationToken.None);
        }
    }
}
