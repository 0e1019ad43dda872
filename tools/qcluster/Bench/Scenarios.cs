using System.Diagnostics;
using QCluster.Tool.Lab;

namespace QCluster.Tool.Bench;

/// <summary>The measurements. Each adds its figures of one round.</summary>
internal sealed class Scenarios(BenchRun run)
{
    public static IReadOnlyList<string> Names { get; } = ["enqueue", "drain", "live", "latency", "memory", "chain", "startup", "recovery", "delayed", "limits", "watching", "sqlite", "postgres", "growth"];

    /// <summary>What "all" stands for: growth takes many minutes, and postgres needs a server.</summary>
    public static IReadOnlyList<string> Of(bool hasPostgres) => [.. Names.Where(n => n != "growth" && (n != "postgres" || hasPostgres))];

    public Task RunAsync(string name) => name switch
    {
        "enqueue" => EnqueueAsync(),
        "drain" => DrainAsync(),
        "live" => LiveAsync(),
        "latency" => LatencyAsync(),
        "memory" => MemoryAsync(),
        "chain" => ChainAsync(),
        "startup" => StartupAsync(),
        "recovery" => new RecoveryScenarios(run).RunAsync(),
        "delayed" => new WaitingScenarios(run).DelayedAsync(),
        "limits" => new WaitingScenarios(run).LimitsAsync(),
        "watching" => WatchingScenario.RunAsync(run),
        "sqlite" => new ResultsScenarios(run).SqliteAsync(),
        "postgres" => new ResultsScenarios(run).PostgresAsync(),
        "growth" => new GrowthScenarios(run).RunAsync(),
        _ => throw new ArgumentException($"'{name}' is no measurement: {string.Join(", ", Names)} or all."),
    };

    private async Task EnqueueAsync()
    {
        await using var client = run.Target.NewClient();
        await client.Async(BenchRun.Call);

        var awaited = Math.Min(run.Tasks ?? 20_000, 20_000);
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < awaited; i++)
            await client.Async(BenchRun.Call);
        run.Rounds.Add("enqueue, one at a time", "tasks/s", awaited / clock.Elapsed.TotalSeconds);

        const int outstanding = 1_000;
        var pipelined = run.Tasks ?? 200_000;
        clock.Restart();
        var pending = new Queue<Task>();
        for (var i = 0; i < pipelined; i++)
        {
            if (pending.Count == outstanding)
                await pending.Dequeue();
            pending.Enqueue(client.Async(BenchRun.Call));
        }

        await Task.WhenAll(pending);
        run.Rounds.Add("enqueue, pipelined", "tasks/s", pipelined / clock.Elapsed.TotalSeconds);

        var count = run.Tasks ?? 400_000;
        clock.Restart();
        await BenchRun.BulkAsync(client, count);
        run.Rounds.Add("enqueue, bulk", "tasks/s", count / clock.Elapsed.TotalSeconds);
        await run.Target.ClearAsync();
    }

    private async Task DrainAsync()
    {
        var count = run.Tasks ?? 400_000;
        await using var client = run.Target.NewClient();
        await BenchRun.BulkAsync(client, count);
        var before = await run.Target.CostAsync();
        var running = await run.StartClustersAsync(wait: false);
        var rate = await BenchRun.WaitForAsync(client, count);
        await run.ReportCostsAsync("drain", count, before, running);
        run.Rounds.Add("drain", "tasks/s", rate);
        await run.StopAsync(running);
    }

    private async Task LiveAsync()
    {
        var count = run.Tasks ?? 400_000;
        await using var client = run.Target.NewClient();
        var running = await run.StartClustersAsync(wait: true);
        await client.Result(await client.Async(BenchRun.Call), BenchRun.Limit);
        var before = await run.Target.CostAsync();
        var started = Stopwatch.GetTimestamp();
        var enqueuing = BenchRun.BulkAsync(client, count);
        await BenchRun.WaitForAsync(client, count + 1);
        await enqueuing;
        run.Rounds.Add("enqueue while draining", "tasks/s", count / Stopwatch.GetElapsedTime(started).TotalSeconds);
        await run.ReportCostsAsync("live", count, before, running);
        await run.StopAsync(running);
    }

    private async Task LatencyAsync()
    {
        const int warmUp = 5_000;
        var count = Math.Min(run.Tasks ?? 5_000, 50_000);
        await using var client = run.Target.NewClient();
        var running = await run.StartClustersAsync(wait: true);
        await BenchRun.LatenciesAsync(client, warmUp);
        var samples = await BenchRun.LatenciesAsync(client, count);
        run.Rounds.AddSamples("latency", "ms", samples);
        await run.StopAsync(running);
    }

    private async Task MemoryAsync()
    {
        await using (var client = run.Target.NewClient())
        {
            await client.Async(BenchRun.Call);
            foreach (var count in new[] { 1_000, Math.Max(1_000, run.Tasks ?? 1_000_000) })
            {
                var before = await run.Target.InfoAsync("memory", "used_memory");
                await BenchRun.BulkAsync(client, count);
                run.Rounds.Add($"Redis memory per queued task, {count:N0} queued", "bytes", (await run.Target.InfoAsync("memory", "used_memory") - before) / count);
                await run.Target.ClearAsync();
            }
        }

        await using var cluster = await OwnCluster.StartAsync(run.Target.Start());
        await Task.Delay(TimeSpan.FromSeconds(3));
        var bytes = cluster.Processes().Values.SelectMany(p => p).Sum(ProcessCost.ProportionalBytes);
        run.Rounds.Add("memory of an idle cluster (PSS)", "MB", bytes / 1e6);
    }

    private async Task ChainAsync()
    {
        const int chains = 1_000;
        var length = Math.Clamp((run.Tasks ?? 50_000) / chains, 2, 1_000);
        await using var client = run.Target.NewClient();
        var running = await run.StartClustersAsync(wait: true);
        await client.Result(await client.Async(BenchRun.Call), BenchRun.Limit);
        var before = await run.Target.CostAsync();
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, chains).Select(_ => client.AsyncChain(Enumerable.Repeat(new ChainStep(BenchRun.Call), length))));
        await BenchRun.WaitForAsync(client, (chains * length) + 1);
        run.Rounds.Add("chains, 1,000 at once", "steps/s", chains * length / Stopwatch.GetElapsedTime(started).TotalSeconds);
        await run.ReportCostsAsync("chains", chains * length, before, running);
        await run.StopAsync(running);
    }

    private async Task StartupAsync()
    {
        await using var client = run.Target.NewClient();
        var id = await client.Async(BenchRun.Call);
        var started = Stopwatch.GetTimestamp();
        var running = await run.StartClustersAsync(wait: false);
        await client.Result<double>(id, BenchRun.Limit);
        run.Rounds.Add("start to first task done", "ms", Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        await run.StopAsync(running);
    }
}
