using QCluster.Terminal.Reading;

namespace QCluster.Terminal.Monitor.Reading;

/// <summary>Reads snapshots from Redis, one after another: counters, never scans, and of what changes seldom only what is new.</summary>
internal sealed class SnapshotReader(QClusterClient client)
{
    private const int Failures = 50;
    private const int LongPeriod = 10;

    private readonly ClusterReader _clusters = new(client);
    private readonly Dictionary<string, RateMeter> _rates = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<QueueSample>> _history = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<TaskRecord>> _failures = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _failed = new(StringComparer.Ordinal);
    private IReadOnlyList<string> _queues = [];
    private BrokerStatus? _broker;
    private int _looks;

    public async Task<Snapshot> ReadAsync(CancellationToken cancellationToken)
    {
        if (_looks++ % LongPeriod == 0)
        {
            _queues = await client.Queues.List(cancellationToken);
            _broker = await client.BrokerStatusAsync(cancellationToken) is { } info ? Status(info) : null;
            foreach (var queue in _queues)
                _history[queue] = await QueueReader.OneAsync(queue, () => client.Queues.History(queue, cancellationToken), _ => []);
        }

        // At the same time: where Redis is unavailable each of them waits for the whole call time-out.
        var looking = _clusters.LookAsync(_queues, cancellationToken);
        var all = await QueueReader.SizesAsync(client, _queues, cancellationToken);
        var clusters = await looking;
        if (all.Count > 0 && all.All(sizes => sizes.Problem is not null))
            throw new BrokerException(BrokerProblem.Unavailable, all[0].Problem!);
        var queues = new List<QueueView>();
        foreach (var sizes in all)
        {
            var queue = sizes.Queue;
            if (!_rates.TryGetValue(queue, out var rates))
                _rates[queue] = rates = new RateMeter();
            queues.Add(rates.Read(sizes, _history.GetValueOrDefault(queue) ?? []));
            if (sizes.Problem is not null)
                continue;
            if (!_failed.TryGetValue(queue, out var failed) || failed != sizes.Failed)
            {
                _failed[queue] = sizes.Failed;
                _failures[queue] = await LatestFailuresAsync(queue, cancellationToken);
            }
        }

        var at = queues.Count == 0 ? DateTimeOffset.UtcNow : queues.Max(q => q.Sizes.At);
        return new Snapshot
        {
            At = at,
            Broker = _broker,
            Clusters = clusters,
            Queues = queues,
            Running = [.. clusters.SelectMany(c => c.Running.Select(r => new RunningView(c, r))).OrderByDescending(r => r.Age(at)).ThenBy(r => r.Task.Id, StringComparer.Ordinal)],
            Failures = [.. _failures.Values.SelectMany(f => f).DistinctBy(f => f.Id).OrderByDescending(f => f.Stopped).Take(Failures)],
        };
    }

    /// <summary>Those of uncached tasks, and those that were given up, which are kept for longer.</summary>
    private async Task<IReadOnlyList<TaskRecord>> LatestFailuresAsync(string queue, CancellationToken cancellationToken)
    {
        var failures = await client.Failures.Query(new TaskQuery { Queue = queue, Limit = Failures }, cancellationToken);
        var dead = await client.Dead.List(0, Failures, queue, cancellationToken);
        return [.. failures.Tasks.Where(t => t.State == TaskState.Failed), .. dead];
    }

    private static BrokerStatus Status((string Display, IReadOnlyDictionary<string, string> Info) broker)
    {
        long Number(string name) => broker.Info.TryGetValue(name, out var text) && long.TryParse(text, out var number) ? number : 0;
        return new BrokerStatus(broker.Display, broker.Info.GetValueOrDefault("redis_version") ?? "?", Number("used_memory"), Number("maxmemory"), Number("instantaneous_ops_per_sec"));
    }
}
