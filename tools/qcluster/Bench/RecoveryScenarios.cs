using System.Diagnostics;
using QCluster.Tool.Lab;

namespace QCluster.Tool.Bench;

/// <summary>How long it takes until work goes on after the death of each kind of process, and of Redis.</summary>
internal sealed class RecoveryScenarios(BenchRun run)
{
    private const int HeartbeatTtlSeconds = 3;

    public async Task RunAsync()
    {
        await KilledWorkerAsync();
        foreach (var role in new[] { "pusher", "monitor" })
            await KilledAsync(role);
        await KilledSentinelAsync();
    }

    /// <summary>Until the task that was running there begins again.</summary>
    private async Task KilledWorkerAsync()
    {
        await using var client = run.Target.NewClient();
        await using (var cluster = await OwnCluster.StartAsync(run.Target.Start()))
        {
            var (id, record) = await BeginAsync(client);
            var ordinal = record.Worker!.Split('.')[1];
            var victim = cluster.Processes()["worker"].First(pid => File.ReadAllText($"/proc/{pid}/environ").Contains($"QCLUSTER_CHILD=Worker;{ordinal};", StringComparison.Ordinal));
            await ReportAsync(client, id, victim, "killed worker: its task runs again after");
        }

        await run.Target.ClearAsync();
    }

    /// <summary>Until a task that is enqueued at that moment is done.</summary>
    private async Task KilledAsync(string role)
    {
        await using var client = run.Target.NewClient();
        await using (var cluster = await OwnCluster.StartAsync(run.Target.Start()))
        {
            await BenchRun.LatenciesAsync(client, 200);
            ProcessSignal.Kill(cluster.Processes()[role][0]);
            var killed = Stopwatch.GetTimestamp();
            await client.Result(await client.Async(BenchRun.Call), BenchRun.Limit);
            run.Rounds.Add($"killed {role}: a task enqueued then is done after", "ms", Stopwatch.GetElapsedTime(killed).TotalMilliseconds);
        }

        await run.Target.ClearAsync();
    }

    /// <summary>Until another cluster begins the task again: the dead one's heartbeat must run out before.</summary>
    private async Task KilledSentinelAsync()
    {
        await using var client = run.Target.NewClient();
        await using (var cluster = await OwnCluster.StartAsync(run.Target.Start("--heartbeat-ttl", $"{HeartbeatTtlSeconds}")))
        {
            var (id, begun) = await BeginAsync(client, 60);
            await using var other = await OwnCluster.StartAsync(run.Target.Start("--heartbeat-ttl", $"{HeartbeatTtlSeconds}"));
            // A new cluster gives the others time for a heartbeat.
            await Task.Delay(TimeSpan.FromSeconds(HeartbeatTtlSeconds + 1));
            var processes = cluster.Processes().Values.SelectMany(p => p).ToArray();
            var killed = DateTimeOffset.UtcNow;
            foreach (var process in processes)
                ProcessSignal.Kill(process);
            TaskRecord? record;
            do
            {
                await Task.Delay(10);
                record = await client.Fetch(id);
            }
            while (record?.State != TaskState.Running || record.Cluster == begun.Cluster);
            run.Rounds.Add($"killed cluster, heartbeat-ttl {HeartbeatTtlSeconds} s: another has its task after", "ms", (DateTimeOffset.UtcNow - killed).TotalMilliseconds);
            await client.Cancel(id);
        }

        await run.Target.ClearAsync();
    }

    private static async Task<(string Id, TaskRecord Record)> BeginAsync(QClusterClient client, double seconds = 0.5)
    {
        await client.Result(await client.Async(BenchRun.Call), BenchRun.Limit);
        var id = await client.Async("bench.sleep", seconds);
        TaskRecord? record;
        do
        {
            record = await client.Fetch(id);
        }
        while (record?.State != TaskState.Running);
        // It must have started, not only been handed over.
        await Task.Delay(50);
        return (id, record);
    }

    private async Task ReportAsync(QClusterClient client, string id, int victim, string what)
    {
        var killed = DateTimeOffset.UtcNow;
        ProcessSignal.Kill(victim);
        var record = await client.Fetch(id, BenchRun.Limit);
        run.Rounds.Add(what, "ms", (record!.Started!.Value - killed).TotalMilliseconds);
    }
}
