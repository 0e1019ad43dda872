using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using QCluster.Queue.Queues;
using QCluster.Execution.Telemetry;

namespace QCluster.Hosting.Sentinel;

/// <summary>What a sentinel tells of its queues, its slots, and what it had to do. Queues are looked at only while somebody listens.</summary>
internal sealed class ClusterMetrics : IDisposable
{
    private static readonly Counter<long> Kills = QClusterTelemetry.Meter.CreateCounter<long>("qcluster.process.kills", "{process}", "Processes that the sentinel killed, by role and reason.");
    private static readonly Counter<long> Restarts = QClusterTelemetry.Meter.CreateCounter<long>("qcluster.process.restarts", "{process}", "Processes replaced after a sudden death, by role.");
    private static readonly Counter<long> Recoveries = QClusterTelemetry.Meter.CreateCounter<long>("qcluster.task.recoveries", "{task}", "Attempts whose worker died, and which were put back.");

    private readonly Meter _meter = new(QClusterTelemetry.MeterName);
    private readonly ObservableGauge<long>[] _watched;
    private readonly ConcurrentDictionary<string, QueueSizes> _sizes = new(StringComparer.Ordinal);

    /// <param name="options">The cluster's settings.</param>
    /// <param name="busy">How many tasks run.</param>
    public ClusterMetrics(ClusterOptions options, Func<int> busy)
    {
        _watched =
        [
            _meter.CreateObservableGauge("qcluster.queue.depth", Depths, "{task}", "Tasks of a queue that wait (by priority), are delayed, or are claimed by workers. Each cluster that serves it reports the whole queue."),
            _meter.CreateObservableGauge("qcluster.queue.dead", () => _sizes.Values.Select(s => new Measurement<long>(s.Dead, Queue(s))), "{task}", "Dead-lettered tasks."),
        ];
        _meter.CreateObservableGauge("qcluster.queue.oldest_age", () => _sizes.Values.Select(s => new Measurement<double>(s.OldestWaiting?.TotalSeconds ?? 0, Queue(s))), "s", "For how long the oldest waiting task has waited.");
        _meter.CreateObservableGauge("qcluster.queue.schedule_lag", () => _sizes.Values.Select(s => new Measurement<double>(s.ScheduleLag.TotalSeconds, Queue(s))), "s", "For how long the first schedule has been due.");
        _meter.CreateObservableGauge("qcluster.slots.busy", busy, "{slot}", "Tasks that run in this cluster.");
        _meter.CreateObservableGauge("qcluster.slots", () => options.Workers * options.Concurrency, "{slot}", "Tasks that this cluster runs at a time, of any priority.");
    }

    public static void Killed(string role, string reason) =>
        Kills.Add(1, new KeyValuePair<string, object?>(TelemetryTag.Role, role), new KeyValuePair<string, object?>(TelemetryTag.Reason, reason));

    public static void Restarted(string role) => Restarts.Add(1, new KeyValuePair<string, object?>(TelemetryTag.Role, role));

    public static void Recovered(string queue, int count) => Recoveries.Add(count, new KeyValuePair<string, object?>(TelemetryTag.Queue, queue));

    /// <summary>Reads some queues for those who look next.</summary>
    public async Task ReadAsync(QueueScripts scripts, IEnumerable<string> queues, CancellationToken cancellationToken)
    {
        if (Array.TrueForAll(_watched, gauge => !gauge.Enabled))
            return;
        foreach (var queue in queues)
            _sizes[queue] = await scripts.SizesAsync(queue, cancellationToken).ConfigureAwait(false);
    }

    private IEnumerable<Measurement<long>> Depths()
    {
        foreach (var sizes in _sizes.Values)
        {
            for (var priority = 0; priority < sizes.WaitingByPriority.Count; priority++)
            {
                if (sizes.WaitingByPriority[priority] > 0 || priority == TaskPriority.Normal)
                    yield return new Measurement<long>(sizes.WaitingByPriority[priority], Queue(sizes), State("waiting"), new KeyValuePair<string, object?>(TelemetryTag.Priority, priority));
            }

            yield return new Measurement<long>(sizes.Limited, Queue(sizes), State("limited"));
            yield return new Measurement<long>(sizes.Delayed, Queue(sizes), State("delayed"));
            yield return new Measurement<long>(sizes.Running, Queue(sizes), State("running"));
        }
    }

    private static KeyValuePair<string, object?> Queue(QueueSizes sizes) => new(TelemetryTag.Queue, sizes.Queue);

    private static KeyValuePair<string, object?> State(string state) => new(TelemetryTag.State, state);

    public void Dispose() => _meter.Dispose();
}
