using System.Diagnostics;

namespace QCluster.Tool.Bench;

/// <summary>The measurements. Each adds its figures of one round.</summary>
internal sealed class Scenarios(BenchTarget target, Rounds rounds, int? tasks, int clusters)
{
    private const int BulkSize = 1_000;
    private static readonly TaskCall Call = new("math.copysign", 2, -2);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    public static IReadOnlyList<string> Names { get; } = ["enqueue", "drain", "live", "latency", "memory", "chain", "startup", "recovery"];

    public Task RunAsync(string name) => name switch
    {
        "enqueue" => EnqueueAsync(),
        "drain" => DrainAsync(),
        "live" => LiveAsync(),
        "latency" => LatencyAsync(),
        "memory" => MemoryAsync(),
        "chain" => ChainAsync(),
        "startup" => StartupAsync(),
        "recovery" => RecoveryAsync(),
        _ => throw new ArgumentException($"'{name}' is no measurement: {string.Join(", ", Names)} or all."),
    };

    private async Task EnqueueAsync()
    {
        await using var client = target.NewClient();
        await client.Async(Call);

        var awaited = Math.Min(tasks ?? 20_000, 20_000);
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < awaited; i++)
            await client.Async(Call);
        rounds.Add("enqueue, one at a time", "tasks/s", awaited / clock.Elapsed.TotalSeconds);

        const int outstanding = 1_000;
        var pipelined = tasks ?? 200_000;
        clock.Restart();
        var pending = new Queue<Task>();
        for (var i = 0; i < pipelined; i++)
        {
            if (pending.Count == outstanding)
                await pending.Dequeue();
            pending.Enqueue(client.Async(Call));
        }

        await Task.WhenAll(pending);
        rounds.Add("enqueue, pipelined", "tasks/s", pipelined / clock.Elapsed.TotalSeconds);

        var count = tasks ?? 400_000;
        clock.Restart();
        await BulkAsync(client, count);
        rounds.Add("enqueue, bulk", "tasks/s", count / clock.Elapsed.TotalSeconds);
        await target.ClearAsync();
    }

    private async Task DrainAsync()
    {
        var count = tasks ?? 400_000;
        await using var client = target.NewClient();
        await BulkAsync(client, count);
        var before = await target.CostAsync();
        var running = await StartClustersAsync(wait: false);
        var (first, last) = await WaitForAsync(client, count);
        await ReportCostsAsync("drain", count, before, running);
        rounds.Add("drain", "tasks/s", count / (last - first).TotalSeconds);
        await StopAsync(running);
    }

    private async Task LiveAsync()
    {
        var count = tasks ?? 400_000;
        await using var client = target.NewClient();
        var running = await StartClustersAsync(wait: true);
        await client.Result(await client.Async(Call), Limit);
        var before = await target.CostAsync();
        var started = Stopwatch.GetTimestamp();
        var enqueuing = BulkAsync(client, count);
        await WaitForAsync(client, count + 1);
        await enqueuing;
        rounds.Add("enqueue while draining", "tasks/s", count / Stopwatch.GetElapsedTime(started).TotalSeconds);
        await ReportCostsAsync("live", count, before, running);
        await StopAsync(running);
    }

    private async Task LatencyAsync()
    {
        const int warmUp = 5_000;
        var count = Math.Min(tasks ?? 5_000, 50_000);
        await using var client = target.NewClient();
        var running = await StartClustersAsync(wait: true);
        var samples = new double[count];
        for (var i = -warmUp; i < count; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await client.Result<double>(await client.Async(Call), Limit);
            if (i >= 0)
                samples[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        Array.Sort(samples);
        foreach (var (name, share) in new[] { ("p50", 0.50), ("p95", 0.95), ("p99", 0.99), ("p99.9", 0.999) })
            rounds.Add("latency " + name, "ms", samples[(int)Math.Min(count - 1, share * count)]);
        await StopAsync(running);
    }

    private async Task MemoryAsync()
    {
        await using (var client = target.NewClient())
        {
            await client.Async(Call);
            foreach (var count in new[] { 1_000, Math.Max(1_000, tasks ?? 1_000_000) })
            {
                var before = await target.InfoAsync("memory", "used_memory");
                await BulkAsync(client, count);
                rounds.Add($"Redis memory per queued task, {count:N0} queued", "bytes", (await target.InfoAsync("memory", "used_memory") - before) / count);
                await target.ClearAsync();
            }
        }

        await using var cluster = await BenchCluster.StartAsync(target);
        await Task.Delay(TimeSpan.FromSeconds(3));
        var bytes = cluster.Processes().Values.SelectMany(p => p).Sum(ProcessCost.ProportionalBytes);
        rounds.Add("memory of an idle cluster (PSS)", "MB", bytes / 1e6);
    }

    private async Task ChainAsync()
    {
        const int chains = 1_000;
        var length = Math.Clamp((tasks ?? 50_000) / chains, 2, 1_000);
        await using var client = target.NewClient();
        var running = await StartClustersAsync(wait: true);
        await client.Result(await client.Async(Call), Limit);
        var before = await target.CostAsync();
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, chains).Select(_ => client.AsyncChain(Enumerable.Repeat(new ChainStep(Call), length))));
        await WaitForAsync(client, (chains * length) + 1);
        rounds.Add("chains, 1,000 at once", "steps/s", chains * length / Stopwatch.GetElapsedTime(started).TotalSeconds);
        await ReportCostsAsync("chains", chains * length, before, running);
        await StopAsync(running);
    }

    private async Task StartupAsync()
    {
        await using var client = target.NewClient();
        var id = await client.Async(Call);
        var started = Stopwatch.GetTimestamp();
        var running = await StartClustersAsync(wait: false);
        await client.Result<double>(id, Limit);
        rounds.Add("start to first task done", "ms", Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        await StopAsync(running);
    }

    private async Task RecoveryAsync()
    {
        await using var client = target.NewClient();
        await using (var cluster = await BenchCluster.StartAsync(target))
        {
            await client.Result(await client.Async(Call), Limit);
            var id = await client.Async("bench.sleep", 0.5);
            TaskRecord? record;
            do
            {
                record = await client.Fetch(id);
            }
            while (record?.State != TaskState.Running);
            // It must have begun, not only been handed over.
            await Task.Delay(50);
            var ordinal = record.Worker!.Split('.')[1];
            var victim = cluster.Processes()["worker"].First(pid => File.ReadAllText($"/proc/{pid}/environ").Contains($"QCLUSTER_CHILD=Worker;{ordinal};", StringComparison.Ordinal));
            var killed = DateTimeOffset.UtcNow;
            using (var process = Process.GetProcessById(victim))
                process.Kill();
            record = await client.Fetch(id, Limit);
            rounds.Add("killed worker: its task runs again after", "ms", (record!.Started!.Value - killed).TotalMilliseconds);
        }

        await target.ClearAsync();
    }

    private static async Task BulkAsync(QClusterClient client, int count)
    {
        const int parallel = 4;
        var calls = Enumerable.Repeat(Call, BulkSize).ToArray();
        var pending = new Queue<Task>();
        for (var left = count; left > 0; left -= BulkSize)
        {
            if (pending.Count == parallel)
                await pending.Dequeue();
            var part = left >= BulkSize ? calls : calls[..left];
            pending.Enqueue(Task.Run(() => client.AsyncBulk(part)));
        }

        await Task.WhenAll(pending);
    }

    /// <summary>When the first outcome and when the last was there, as the queue's counters say.</summary>
    private static async Task<(TimeSpan First, TimeSpan Last)> WaitForAsync(QClusterClient client, long count)
    {
        var clock = Stopwatch.StartNew();
        TimeSpan? first = null;
        while (true)
        {
            var sizes = await client.Sizes();
            var done = sizes.Succeeded + sizes.Failed;
            if (done > 0)
                first ??= clock.Elapsed;
            if (sizes.Failed > 0)
                throw new InvalidOperationException($"{sizes.Failed} tasks of the benchmark failed: look at them with 'qcluster failures'.");
            if (done >= count)
                return (first!.Value, clock.Elapsed);
            if (clock.Elapsed > Limit)
                throw new TimeoutException($"{done} of {count} tasks were done within {Limit.TotalMinutes} minutes.");
            await Task.Delay(Poll);
        }
    }

    private async Task<List<BenchCluster>> StartClustersAsync(bool wait)
    {
        var running = new List<BenchCluster>();
        for (var i = 0; i < clusters; i++)
            running.Add(await BenchCluster.StartAsync(target, wait));
        return running;
    }

    private async Task StopAsync(List<BenchCluster> running)
    {
        foreach (var cluster in running)
            await cluster.DisposeAsync();
        await target.ClearAsync();
    }

    private async Task ReportCostsAsync(string what, int count, (double Cpu, double Commands) before, List<BenchCluster> running)
    {
        var after = await target.CostAsync();
        rounds.Add($"{what}: Redis CPU per task", "us", (after.Cpu - before.Cpu) / count * 1e6);
        rounds.Add($"{what}: commands per task", "", (after.Commands - before.Commands) / count);
        foreach (var (role, pids) in running.SelectMany(c => c.Processes()).GroupBy(p => p.Key, StringComparer.Ordinal).Select(g => (g.Key, g.SelectMany(p => p.Value).ToArray())))
            rounds.Add($"{what}: {role} CPU per task", "us", pids.Sum(ProcessCost.CpuSeconds) / count * 1e6);
    }
}
