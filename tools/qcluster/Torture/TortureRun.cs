using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using QCluster.Queue.Doctor;
using QCluster.Launching.Clusters;
using QCluster.Launching.Servers;
using QCluster.Redis;
using QCluster.Tool.Lab;

namespace QCluster.Tool.Torture;

/// <summary>Clusters and a Redis of its own, work for them, and violence; then the question whether every promise was kept.</summary>
internal sealed class TortureRun(TortureOptions options)
{
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan RedisOutage = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(60);

    private readonly string _name = "torture-" + Guid.NewGuid().ToString("N")[..8];
    private readonly string _secret = Guid.NewGuid().ToString("N");

    public async Task<Verdict> RunAsync(Action<string> say)
    {
        var clock = Stopwatch.StartNew();
        await using var redis = await OwnRedis.StartAsync(durable: true, options.Redis);
        using var journal = new Journal();
        var clusters = new List<StartedCluster>();
        try
        {
            var endpoint = redis.Endpoint;
            var how = new ClusterStart(endpoint, _name, _secret, options.Results, ["--workers", $"{options.Workers}", .. Killer.ClusterArguments, .. Workload.Queues.SelectMany(q => (string[])["--queue", q])]);
            for (var i = 0; i < options.Clusters; i++)
                clusters.Add(await OwnCluster.StartAsync(how));
            await using var client = NewClient(endpoint);
            say($"{options.Clusters} clusters, seed {options.Seed}: {options.Duration.TotalSeconds} s of work and kills");

            // Two of them, so that what one does not change what the other does next.
            var workload = new Workload(options, client, journal.Folder, new Random(options.Seed));
            var killer = new Killer(options, how, clusters, new Random(options.Seed + 1));
            using var end = new CancellationTokenSource(options.Duration);
            await Task.WhenAll(workload.RunAsync(end.Token), killer.RunAsync(end.Token), RestartAsync(redis, end.Token));

            say($"{workload.Outcomes} tasks, {killer.Total} kills; waiting until all is done");
            await SettleAsync(client);
            var findings = new List<string>();
            foreach (var queue in Workload.Queues)
                findings.AddRange((await client.Redis!.ExamineAsync(queue, mend: false, CancellationToken.None)).Select(f => $"{f.Subject}: {f.Problem}"));
            foreach (var cluster in clusters)
                await StopAsync(cluster);
            var verdict = await new Judge(workload, journal, client).JudgeAsync(options, clock.Elapsed, killer, options.RedisRestarts, [.. findings, .. await LeakedAsync(endpoint)]);
            clusters.AddRange(killer.Former);
            return verdict;
        }
        finally
        {
            foreach (var cluster in clusters)
                await cluster.DisposeAsync();
        }
    }

    private QClusterClient NewClient(string endpoint)
    {
        var settings = new QClusterOptions { Redis = endpoint, Name = _name, CallTimeout = CallTimeout, Results = options.Results };
        settings.Secrets.Add(_secret);
        return new QClusterClient(settings);
    }

    /// <summary>At even distances, so that each finds work under way.</summary>
    private async Task RestartAsync(RedisProcess redis, CancellationToken end)
    {
        for (var i = 0; i < options.RedisRestarts; i++)
        {
            await Task.WhenAny(Task.Delay(options.Duration / (options.RedisRestarts + 1), end));
            if (end.IsCancellationRequested)
                return;
            await redis.KillAsync();
            await Task.Delay(RedisOutage, CancellationToken.None);
            await redis.StartAgainAsync(CancellationToken.None);
        }
    }

    /// <summary>Until every queue has been empty twice in a row: what a task sets off may be on its way from one to the other.</summary>
    private static async Task SettleAsync(QClusterClient client)
    {
        var empty = 0;
        for (var clock = Stopwatch.StartNew(); empty < 5 && clock.Elapsed < Settling; await Task.Delay(200))
        {
            long left = 0;
            foreach (var queue in Workload.Queues)
            {
                var sizes = await client.Queues.Sizes(queue);
                left += sizes.Waiting + sizes.Running + sizes.Delayed;
            }

            empty = left == 0 ? empty + 1 : 0;
        }
    }

    private static async Task StopAsync(StartedCluster cluster)
    {
        ProcessSignal.Terminate(cluster.ProcessId);
        for (var clock = Stopwatch.StartNew(); !cluster.HasExited && clock.Elapsed < TimeSpan.FromSeconds(15);)
            await Task.Delay(50);
    }

    private async Task<IReadOnlyList<string>> LeakedAsync(string endpoint)
    {
        await using var connection = RedisConnection.Create(RedisSettings.Parse(endpoint), new RedisConnectionOptions { ClientName = "qcluster-torture", CallTimeout = CallTimeout }, NullLogger.Instance, TimeProvider.System);
        return await new KeyAudit(connection, _name).LeftAsync(CancellationToken.None);
    }
}
