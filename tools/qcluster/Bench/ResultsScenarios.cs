using System.Diagnostics;
using QCluster.Client.Results;

namespace QCluster.Tool.Bench;

/// <summary>Tasks whose results go into a database: rows a second, from the first row to the last. The rows are deleted afterwards.</summary>
internal sealed class ResultsScenarios(BenchRun run)
{
    /// <summary>Counting costs the database something too.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    /// <summary>Into the server that is named.</summary>
    public Task PostgresAsync() => run.Target.Results is { } results && !ResultFile.IsNamedBy(results)
        ? RunAsync("PostgreSQL", results)
        : throw new ArgumentException("The measurement 'postgres' needs a database: name one with --results or QCLUSTER_RESULTS.");

    /// <summary>Into the file that is named, or one in the folder of temporary files.</summary>
    public async Task SqliteAsync()
    {
        if (ResultFile.IsNamedBy(run.Target.Results))
        {
            await RunAsync("SQLite", run.Target.Results);
            return;
        }

        var folder = Directory.CreateTempSubdirectory("qcluster-bench-");
        try
        {
            await RunAsync("SQLite", ResultFile.Scheme + Path.Combine(folder.FullName, "results.db"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task RunAsync(string database, string results)
    {
        var count = run.Tasks ?? 200_000;
        // A queue of its own: by it the rows are known from all others.
        var queue = run.Target.Name;
        var mine = new TaskQuery { Queue = queue };
        await using var store = ResultStores.Open(results);
        await using var client = run.Target.NewClient(cached: false);
        await BenchRun.BulkAsync(client, count, new TaskOptions { Queue = queue });
        var before = await run.Target.CostAsync();
        var running = await run.StartClustersAsync(wait: false, "--queue", queue, "--results", results);
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

            var seconds = (clock.Elapsed - first).TotalSeconds;
            await run.ReportCostsAsync(database, count, before, running);
            run.Rounds.Add($"results into {database}", "rows/s", (count - already) / seconds);
        }
        finally
        {
            await run.StopAsync(running);
            await store.DeleteAsync(null, mine, CancellationToken.None);
        }
    }
}
