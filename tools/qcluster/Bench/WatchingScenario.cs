using System.Text.Json;
using QCluster.Client.Monitoring;
using QCluster.Model;
using QCluster.Queue.Clusters;
using QCluster.Terminal.Monitor.Reading;

namespace QCluster.Tool.Bench;

/// <summary>What it costs Redis that very many clusters tell of themselves, and that somebody looks at them on a screen.</summary>
internal static class WatchingScenario
{
    private const int Clusters = 100;
    private const int TasksEach = 100;
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(BenchRun run)
    {
        var what = $"{Clusters} clusters, {Clusters * TasksEach:N0} running tasks";
        await using var client = run.Target.NewClient();
        await client.Async(BenchRun.Call);
        var broker = run.Target.NewClusterQueue(TaskId.DefaultQueue);
        using var stopping = new CancellationTokenSource();
        var beating = Task.WhenAll(Enumerable.Range(0, Clusters).Select(i => BeatAsync(broker, i, stopping.Token)));
        await Task.Delay(Beat);

        var alone = await CpuAsync(run.Target, () => Task.Delay(Span));
        run.Rounds.Add($"{what}: Redis CPU of their heartbeats", "ms/s", alone);
        var reader = new SnapshotReader(client);
        var both = await CpuAsync(run.Target, async () =>
        {
            for (var left = Span; left > TimeSpan.Zero; left -= TimeSpan.FromSeconds(1))
            {
                var snapshot = await reader.ReadAsync(CancellationToken.None);
                if (snapshot.Clusters.Count != Clusters || snapshot.Running.Count != Clusters * TasksEach)
                    throw new InvalidOperationException($"{snapshot.Clusters.Count} clusters and {snapshot.Running.Count} running tasks were seen.");
                await Task.Delay(TimeSpan.FromSeconds(1));
            }
        });
        run.Rounds.Add($"{what}: Redis CPU of a screen besides", "ms/s", Math.Max(0, both - alone));
        await stopping.CancelAsync();
        await beating;
        await run.Target.ClearAsync();
    }

    private static async Task<double> CpuAsync(BenchTarget target, Func<Task> action)
    {
        var before = (await target.CostAsync()).Cpu;
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await action();
        return ((await target.CostAsync()).Cpu - before) * 1000 / clock.Elapsed.TotalSeconds;
    }

    private static async Task BeatAsync(ClusterQueue broker, int number, CancellationToken stopping)
    {
        var id = $"bench{number:x7}";
        var started = DateTimeOffset.UtcNow;
        RunningDescription[] running = [.. Enumerable.Range(0, TasksEach).Select(i => new RunningDescription(Guid.CreateVersion7().ToString("N"), i / 8, 1.5, 0.25, "at work", "demo.progress", 58.5))];
        await Task.WhenAny(Task.Delay(Beat * number / Clusters, stopping));
        for (var first = true; !stopping.IsCancellationRequested; first = false)
        {
            var description = new ClusterDescription
            {
                Cluster = id,
                Host = $"host{number}",
                Pid = number,
                Started = started,
                At = DateTimeOffset.UtcNow,
                State = "working",
                Queues = [TaskId.DefaultQueue],
                Workers = 13,
                Concurrency = 8,
                Busy = TasksEach,
                Restarts = 0,
                Recycles = 0,
                Processes = [.. Enumerable.Range(0, 16).Select(i => new ProcessDescription("worker", i, i, "running", 60 << 20, 1000, 8, 12.5))],
            };
            await broker.HeartbeatAsync(
                id,
                TimeSpan.FromSeconds(10),
                JsonSerializer.SerializeToUtf8Bytes(description, InfoJson.Default.ClusterDescription),
                first,
                [],
                CancellationToken.None,
                100,
                JsonSerializer.SerializeToUtf8Bytes(running, InfoJson.Default.IReadOnlyListRunningDescription));
            await Task.WhenAny(Task.Delay(Beat, stopping));
        }
    }
}
