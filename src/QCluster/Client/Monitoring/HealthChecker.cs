using System.Globalization;
using QCluster.Model;
using QCluster.Queue.Queues;
using QCluster.Redis;

namespace QCluster.Client.Monitoring;

/// <summary>Checks everything that tasks need to run.</summary>
internal sealed class HealthChecker(QueueScripts scripts, InfoClient info, ClusterHealthOptions options, TimeProvider clock)
{
    private readonly List<HealthFinding> _findings = [];

    public async Task<ClusterHealth> CheckAsync(CancellationToken cancellationToken)
    {
        var begun = clock.GetTimestamp();
        var known = await scripts.NamesAsync(cancellationToken).ConfigureAwait(false);
        var latency = clock.GetElapsedTime(begun);
        Find("redis", "", !(latency > options.MaxLatency), Text($"answers in {latency.TotalMilliseconds:0.0} ms"), "Check its load and the network.");

        await CheckServerAsync(known, cancellationToken).ConfigureAwait(false);

        IEnumerable<string> queues = options.Queues.Count > 0 ? options.Queues : known;
        var clusters = new Dictionary<string, ClusterDescription>(StringComparer.Ordinal);
        var sizes = new List<QueueSizes>();
        foreach (var queue in queues)
        {
            if (options.Host is null)
                sizes.Add(await scripts.SizesAsync(queue, cancellationToken).ConfigureAwait(false));
            foreach (var cluster in await info.ClustersAsync(queue, cancellationToken, running: "").ConfigureAwait(false))
            {
                if (options.Host is null || cluster.Host == options.Host)
                    clusters[cluster.Cluster] = cluster;
            }
        }

        var supervised = clusters.Values.Where(c => c.Processes.Count > 0).ToArray();
        Find("clusters", "", clusters.Count >= options.MinClusters, clusters.Count == 0 ? $"No cluster is running{(options.Host is null ? "" : " on " + options.Host)}." : Text($"{clusters.Count} running"), clusters.Count == 0 ? "Start one with 'qcluster start'." : Text($"At least {options.MinClusters} are required."));
        foreach (var cluster in supervised)
            CheckProcesses(cluster);
        foreach (var queue in sizes)
            CheckQueue(queue, clusters.Values);
        return new ClusterHealth { Findings = _findings, Latency = latency, Clusters = clusters.Count };
    }

    private async Task CheckServerAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken)
    {
        // Where INFO is refused nothing is known.
        if (await scripts.ServerAsync(queues.Count > 0 ? queues[0] : TaskId.DefaultQueue, cancellationToken).ConfigureAwait(false) is not { } server)
            return;
        var problem = server.IsFull ? $"Redis is full and refuses new tasks: {server.Usage}. Waiting tasks still run." : server.IsNearlyFull ? $"Redis is nearly full: {server.Usage}." : null;
        Find("memory", "", problem is null, problem ?? server.Usage, "Raise maxmemory, or remove unneeded data ('qcluster failures --delete', 'qcluster dead purge', 'qcluster purge QUEUE').");
        Find("eviction", "", !server.Evicts, server.Loss ?? (server.Policy.Length > 0 ? server.Policy : "none"), RedisServerState.Remedy);
        if (server.IsActiveReplica)
            Find("replication", "", false, RedisServerState.ActiveReplicaProblem, "");
    }

    private void CheckProcesses(ClusterDescription cluster)
    {
        // A cluster that begins or ends is not ill.
        var begins = cluster.At - cluster.Started < options.MaxStarting || cluster.State == "stopping";
        foreach (var role in new[] { "pusher", "monitor" })
        {
            var running = cluster.Processes.Any(p => p.Role == role && p.State == "running");
            Find(role, cluster.Cluster, running || begins, running ? "runs" : "does not run", "See the cluster's log.");
        }

        var workers = cluster.Processes.Count(p => p.Role == "worker" && p.Ordinal < cluster.Workers && p.State == "running");
        Find("workers", cluster.Cluster, workers > 0 || begins, Text($"{workers} of {cluster.Workers} run, {cluster.Busy} tasks"), "See the cluster's log.");
    }

    private void CheckQueue(QueueSizes queue, IReadOnlyCollection<ClusterDescription> clusters)
    {
        if (queue.PausedSince is { } paused)
        {
            Find("queue", queue.Queue, true, Text($"paused since {paused:u}, {queue.Waiting} waiting"), "");
            return;
        }

        var isServed = clusters.Any(c => c.Queues.Contains(queue.Queue, StringComparer.Ordinal));
        Find("queue", queue.Queue, isServed || queue.Waiting + queue.Delayed == 0, Text($"{queue.Waiting} waiting, {queue.Delayed} delayed, {queue.Running} running{(isServed ? "" : ", served by no cluster")}"), Text($"Start one with 'qcluster start --queue {queue.Queue}'."));
        if (queue.OldestWaiting is { } oldest)
            Find("oldest", queue.Queue, !(oldest > options.MaxOldestWaiting), Text($"the oldest waiting task has waited for {oldest.TotalSeconds:0.0} s"), "Add workers, or check what keeps them busy.");
        // A queue that no cluster serves has been reported already.
        if (isServed)
        {
            Lag("delayed", queue, queue.DelayedLag, options.MaxOldestWaiting, "the first delayed task", "Add workers, or check what keeps them busy.");
            Lag("scheduler", queue, queue.ScheduleLag, options.MaxScheduleLag, "the first schedule", "See the cluster's log; schedules need a cluster with scheduler=on.");
        }
    }

    private void Lag(string check, QueueSizes queue, TimeSpan lag, TimeSpan? most, string what, string advice) =>
        Find(check, queue.Queue, !(lag > most), lag > TimeSpan.Zero ? Text($"{what} has been due for {lag.TotalSeconds:0.0} s") : "on time", advice);

    private void Find(string check, string subject, bool isHealthy, string text, string advice) =>
        _findings.Add(new HealthFinding(check, subject, isHealthy, isHealthy || advice.Length == 0 ? text : $"{text.TrimEnd('.')}. {advice}"));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
