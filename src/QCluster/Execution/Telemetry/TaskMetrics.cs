using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace QCluster.Execution.Telemetry;

/// <summary>The counters and durations of clients and workers.</summary>
internal static class TaskMetrics
{
    private static readonly InstrumentAdvice<double> Seconds = new() { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800] };

    private static readonly Counter<long> Sent = QClusterTelemetry.Meter.CreateCounter<long>("messaging.client.sent.messages", "{message}", "Tasks that were enqueued, or could not be.");

    private static readonly Histogram<double> OperationDuration = QClusterTelemetry.Meter.CreateHistogram("messaging.client.operation.duration", "s", "How long it took to enqueue.", advice: Seconds);

    private static readonly Histogram<double> ProcessDuration = QClusterTelemetry.Meter.CreateHistogram("messaging.process.duration", "s", "How long attempts at tasks took.", advice: Seconds);

    private static readonly Counter<long> OutcomeCounter = QClusterTelemetry.Meter.CreateCounter<long>("qcluster.task.outcomes", "{task}", "Attempts that ended, by function, state and reason: retried ones too, with the state retry.");

    private static readonly Counter<long> RefusedCounter = QClusterTelemetry.Meter.CreateCounter<long>("qcluster.packets.refused", "{packet}", "Packets that were damaged, oversized, unsigned or altered.");

    public static bool TimesSending => OperationDuration.Enabled || Sent.Enabled;

    public static bool CountsOutcomes => OutcomeCounter.Enabled || ProcessDuration.Enabled || RefusedCounter.Enabled;

    public static void Enqueued(string queue, int count, TimeSpan took, string? error)
    {
        var tags = new TagList { { TelemetryTag.System, TelemetryTag.SystemName }, { TelemetryTag.OperationName, "send" }, { TelemetryTag.Queue, queue } };
        if (error is not null)
            tags.Add(TelemetryTag.ErrorType, error);
        Sent.Add(count, tags);
        OperationDuration.Record(took.TotalSeconds, tags);
    }

    /// <summary>Records the end of an attempt whose outcome has been saved.</summary>
    /// <param name="queue">Its queue.</param>
    /// <param name="function">Its function.</param>
    /// <param name="state">succeeded, failed, cancelled or retry.</param>
    /// <param name="reason">The reason of a failure, or null.</param>
    /// <param name="took">Its duration; null if it was not started.</param>
    public static void Ended(string queue, string function, string state, string? reason, TimeSpan? took)
    {
        var tags = new TagList { { TelemetryTag.Queue, queue }, { TelemetryTag.Function, function }, { TelemetryTag.State, state } };
        if (reason is not null)
            tags.Add(TelemetryTag.Reason, reason);
        OutcomeCounter.Add(1, tags);
        if (took is { } time)
        {
            var timed = new TagList { { TelemetryTag.System, TelemetryTag.SystemName }, { TelemetryTag.OperationName, "process" }, { TelemetryTag.Queue, queue }, { TelemetryTag.Function, function } };
            if (reason is not null)
                timed.Add(TelemetryTag.ErrorType, reason);
            ProcessDuration.Record(time.TotalSeconds, timed);
        }
    }

    public static void Refused(string queue) => RefusedCounter.Add(1, new KeyValuePair<string, object?>(TelemetryTag.Queue, queue));
}
