using QCluster.Launching.Clusters;
using QCluster.Tool.Lab;

namespace QCluster.Tool.Bench;

/// <summary>How punctual delayed tasks are, what they cost while they wait, and how well a rate limit holds.</summary>
internal sealed class WaitingScenarios(BenchRun run)
{
    private static readonly TaskOptions Kept = new() { Cached = TimeSpan.FromHours(1) };

    /// <summary>Tasks whose times are spread over ten seconds: how late each starts. Then very many that wait for a day: what the processes of the cluster pay for them.</summary>
    public async Task DelayedAsync()
    {
        const int waiting = 1_000_000;
        var span = TimeSpan.FromSeconds(10);
        var count = Math.Min(run.Tasks ?? 10_000, 100_000);
        await using var client = run.Target.NewClient();
        var running = await run.StartClustersAsync(wait: true);
        await client.Result(await client.Async(BenchRun.Call), BenchRun.Limit);

        var first = DateTimeOffset.UtcNow + TimeSpan.FromSeconds(Math.Max(2, count / 5000.0));
        var dues = Enumerable.Range(0, count).Select(i => DateTimeOffset.FromUnixTimeMilliseconds((first + (span * i / count)).ToUnixTimeMilliseconds())).ToArray();
        var ids = await Task.WhenAll(dues.Select(due => client.Async(BenchRun.Call, Kept with { Eta = due })));
        await Task.Delay(first + span - DateTimeOffset.UtcNow + TimeSpan.FromSeconds(1));
        var late = new double[count];
        for (var i = 0; i < count; i++)
        {
            var record = await client.Fetch(ids[i], BenchRun.Limit) ?? throw new InvalidOperationException($"The task {ids[i]} is lost.");
            late[i] = (record.Started!.Value - dues[i]).TotalMilliseconds;
        }

        run.Rounds.AddSamples("delayed, started after its time", "ms", late);
        run.Rounds.Add("delayed, started before its time", "tasks", late.Count(l => l < 0));

        var before = Memory(running);
        await BenchRun.BulkAsync(client, run.Tasks ?? waiting, new TaskOptions { Delay = TimeSpan.FromDays(1) });
        await Task.Delay(TimeSpan.FromSeconds(3));
        foreach (var (role, bytes) in Memory(running))
            run.Rounds.Add($"memory of a {role}, {run.Tasks ?? waiting:N0} tasks delayed, more than before", "MB", Math.Max(0, bytes - before.GetValueOrDefault(role)) / 1e6);
        await run.StopAsync(running);
    }

    /// <summary>A rate of 100 a second, over two clusters; and how long a task without a limit waits beside it, and without it.</summary>
    public async Task LimitsAsync()
    {
        const int perSecond = 100, others = 500;
        var span = TimeSpan.FromSeconds(10);
        await using var client = run.Target.NewClient();
        var running = await run.StartClustersAsync(wait: true);
        running.AddRange(await run.StartClustersAsync(wait: true));
        await BenchRun.LatenciesAsync(client, others);
        run.Rounds.AddSamples("beside no limited tasks, latency of another function", "ms", await BenchRun.LatenciesAsync(client, others));
        var ids = await client.AsyncBulk(Enumerable.Repeat(new TaskCall("bench.length", "x"), perSecond * ((int)span.TotalSeconds + 1)), Kept with { RateLimit = new RateLimit(perSecond, TimeSpan.FromSeconds(1)) });
        run.Rounds.AddSamples("beside 1,000 limited tasks, latency of another function", "ms", await BenchRun.LatenciesAsync(client, others));
        var started = (await Task.WhenAll(ids.Select(id => client.Fetch(id, BenchRun.Limit)))).Select(r => r!.Started!.Value).Order().ToArray();
        run.Rounds.Add("rate limit of 100/s over two clusters, starts in 10 s", "tasks", started.Count(s => s < started[0] + span));
        await run.StopAsync(running);
    }

    private static Dictionary<string, double> Memory(IEnumerable<StartedCluster> running) =>
        running.SelectMany(c => c.Processes()).GroupBy(p => p.Key, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.SelectMany(p => p.Value).Average(pid => (double)ProcessCost.ProportionalBytes(pid)), StringComparer.Ordinal);
}
