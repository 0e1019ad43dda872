using System.Diagnostics;

namespace QCluster.Execution.Telemetry;

/// <summary>One call that enqueues: from the composition of its tasks, which carry its span's context, until they are in Redis.</summary>
internal sealed class EnqueueActivity
{
    private readonly Activity? _span;

    private EnqueueActivity(Activity? span) => _span = span;

    /// <summary>The number of enqueued tasks.</summary>
    public int Count { get; set; } = 1;

    /// <summary>Runs an enqueue, with a span and metrics if they have listeners.</summary>
    /// <param name="queue">The queue of the tasks.</param>
    /// <param name="function">Their function, if it is the same for all.</param>
    /// <param name="send">Enqueues; gets null without listeners.</param>
    /// <param name="isWhole">False for a call that consists of others, which are counted themselves.</param>
    public static Task<T> RunAsync<T>(string queue, string? function, Func<EnqueueActivity?, Task<T>> send, bool isWhole = true) =>
        QClusterTelemetry.Source.HasListeners() || TaskMetrics.TimesSending ? ObserveAsync(queue, function, send, isWhole) : send(null);

    private static async Task<T> ObserveAsync<T>(string queue, string? function, Func<EnqueueActivity?, Task<T>> send, bool isWhole)
    {
        using var span = Span(queue, function);
        var sending = new EnqueueActivity(span);
        var begun = Stopwatch.GetTimestamp();
        string? error = null;
        try
        {
            return await send(sending).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            error = e is BrokerException broker ? broker.Problem.ToString() : e.GetType().FullName;
            span?.SetStatus(ActivityStatusCode.Error, e.Message);
            span?.SetTag(TelemetryTag.ErrorType, error);
            throw;
        }
        finally
        {
            if (isWhole)
                TaskMetrics.Enqueued(queue, sending.Count, Stopwatch.GetElapsedTime(begun), error);
            if (sending.Count != 1)
                span?.SetTag(TelemetryTag.BatchCount, sending.Count);
        }
    }

    private static Activity? Span(string queue, string? function)
    {
        var span = QClusterTelemetry.Source.StartActivity("send " + queue, ActivityKind.Producer);
        if (span is null)
            return null;
        span.SetTag(TelemetryTag.System, TelemetryTag.SystemName);
        span.SetTag(TelemetryTag.OperationName, "send");
        span.SetTag(TelemetryTag.OperationType, "send");
        span.SetTag(TelemetryTag.Queue, queue);
        if (function is not null)
            span.SetTag(TelemetryTag.Function, function);
        return span;
    }

    public void TellId(string id) => _span?.SetTag(TelemetryTag.MessageId, id);

    public void TellGroup(string group) => _span?.SetTag(TelemetryTag.ConversationId, group);
}
