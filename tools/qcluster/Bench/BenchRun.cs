using System.Diagnostics;
using QCluster.Launching.Clusters;
using QCluster.Tool.Lab;

namespace QCluster.Tool.Bench;

/// <summary>What the measurements share: where they are made, what they have found, and the steps most of them take.</summary>
/// <param name="target">The Redis that is measured.</param>
/// <param name="tasks">Tasks in one round; null = as many as each needs.</param>
/// <param name="clusters">Clusters that work at once.</param>
internal sealed class BenchRun(BenchTarget target, int? tasks, int clusters)
{
    private const int MaxBulk = 1_000;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);

    /// <summary>The task that is measured unless one says otherwise.</summary>
    public static TaskCall Call { get; } = new("math.copysign", 2, -2);

    /// <summary>Nothing waits longer.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromMinutes(10);

    public BenchTarget Target => target;

    public Rounds Rounds { get; } = new();

    public int? Tasks => tasks;

    /// <summary>Enqueues as fast as one client can.</summary>
    public static async Task BulkAsync(QClusterClient client, int count, TaskOptions? options = null, TaskCall? call = null, int bulk = MaxBulk)
    {
        const int parallel = 4;
        var calls = Enumerable.Repeat(call ?? Call, bulk).ToArray();
        var pending = new Queue<Task>();
        for (var left = count; left > 0; left -= bulk)
        {
            if (pending.Count == parallel)
                await pending.Dequeue();
            var part = left >= bulk ? calls : calls[..left];
            pending.Enqueue(Task.Run(() => client.AsyncBulk(part, options)));
        }

        await Task.WhenAll(pending);
    }

    /// <summary>Waits for so many outcomes, as the queue's counters say, and returns how many came in a second from the first that was seen on.</summary>
    public static async Task<double> WaitForAsync(QClusterClient client, long count, IReadOnlyList<string?>? queues = null)
    {
        var clock = Stopwatch.StartNew();
        (TimeSpan At, long Done)? first = null;
        while (true)
        {
            var sizes = new List<QueueSizes>();
            foreach (var queue in queues ?? [null])
                sizes.Add(await client.Queues.Sizes(queue));
            var done = sizes.Sum(s => s.Succeeded + s.Failed);
            if (done > 0)
                first ??= (clock.Elapsed, done);
            if (sizes.Sum(s => s.Failed) is > 0 and var failed)
                throw new InvalidOperationException($"{failed} tasks of the benchmark failed: see 'qcluster failures'.");
            if (done >= count)
                return (done - first!.Value.Done) / (clock.Elapsed - first.Value.At).TotalSeconds;
            if (clock.Elapsed > Limit)
                throw new TimeoutException($"{done} of {count} tasks were done within {Limit.TotalMinutes} minutes.");
            await Task.Delay(Poll);
        }
    }

    /// <summary>From the call to the result in the caller's hand, one task at a time, in milliseconds.</summary>
    public static async Task<double[]> LatenciesAsync(QClusterClient client, int count, TaskOptions? options = null)
    {
        var samples = new double[count];
        for (var i = 0; i < count; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await client.Result<double>(await client.Async(Call, options), Limit);
            samples[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        return samples;
    }

    public async Task<List<StartedCluster>> StartClustersAsync(bool wait, params string[] arguments)
    {
        var running = new List<StartedCluster>();
        for (var i = 0; i < clusters; i++)
            running.Add(await OwnCluster.StartAsync(Target.Start(arguments), wait));
        return running;
    }

    public async Task StopAsync(List<StartedCluster> running)
    {
        foreach (var cluster in running)
            await cluster.DisposeAsync();
        await Target.ClearAsync();
    }

    public async Task ReportCostsAsync(string what, int count, (double Cpu, double Commands) before, List<StartedCluster> running)
    {
        var after = await Target.CostAsync();
        Rounds.Add($"{what}: Redis CPU per task", "us", (after.Cpu - before.Cpu) / count * 1e6);
        Rounds.Add($"{what}: commands per task", "", (after.Commands - before.Commands) / count);
        foreach (var (role, pids) in running.SelectMany(c => c.Processes()).GroupBy(p => p.Key, StringComparer.Ordinal).Select(g => (g.Key, g.SelectMany(p => p.Value).ToArray())))
            Rounds.Add($"{what}: {role} CPU per task", "us", pids.Sum(ProcessCost.CpuSeconds) / count * 1e6);
    }
}
