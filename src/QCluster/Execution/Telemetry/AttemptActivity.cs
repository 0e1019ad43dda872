using System.Diagnostics;
using QCluster.Wire.Packets;

namespace QCluster.Execution.Telemetry;

/// <summary>The span of an attempt, which continues the trace of its enqueue. Null without listeners.</summary>
internal static class AttemptActivity
{
    /// <param name="packet">The task.</param>
    /// <param name="worker">The worker.</param>
    /// <param name="cluster">The cluster of the worker.</param>
    public static Activity? Begin(TaskPacket packet, string worker, string cluster)
    {
        if (!QClusterTelemetry.Source.HasListeners())
            return null;
        try
        {
            return Start(packet, worker, cluster);
        }
        catch
        {
            // Listeners, samplers and processors may be the user's own: one that fails takes no task down.
            return null;
        }
    }

    private static Activity? Start(TaskPacket packet, string worker, string cluster)
    {
        var parent = new TraceContext(packet.TraceParent, packet.TraceState).Parse();
        // The current activity of this thread is not the parent of the task.
        Activity.Current = null;
        var span = QClusterTelemetry.Source.StartActivity("process " + packet.Id.Queue, ActivityKind.Consumer, parent);
        if (span is null)
            return null;
        span.SetTag(TelemetryTag.System, TelemetryTag.SystemName);
        span.SetTag(TelemetryTag.OperationName, "process");
        span.SetTag(TelemetryTag.OperationType, "process");
        span.SetTag(TelemetryTag.Queue, packet.Id.Queue);
        span.SetTag(TelemetryTag.MessageId, packet.Id.ToString());
        span.SetTag(TelemetryTag.ConsumerGroup, cluster);
        span.SetTag(TelemetryTag.ClientId, worker);
        span.SetTag(TelemetryTag.Function, packet.Func);
        span.SetTag(TelemetryTag.Attempt, (int)packet.Attempt);
        if (packet.Group is { } group)
            span.SetTag(TelemetryTag.ConversationId, group);
        if (packet.HookOf is { Length: > 0 } task)
            span.SetTag(TelemetryTag.HookOf, task);
        return span;
    }

    /// <summary>Ends the span of an attempt.</summary>
    /// <param name="span">Its span.</param>
    /// <param name="error">The error; null after a success.</param>
    /// <param name="exception">The exception of the function.</param>
    public static void End(Activity? span, TaskError? error, Exception? exception = null)
    {
        if (span is null)
            return;
        try
        {
            if (error is not null)
                Describe(span, error.Bounded(), exception);
            span.Dispose();
        }
        catch
        {
            Activity.Current = null;
        }
    }

    private static void Describe(Activity span, TaskError error, Exception? exception)
    {
        span.SetStatus(ActivityStatusCode.Error, error.Message);
        span.SetTag(TelemetryTag.ErrorType, error.Type ?? error.Reason.ToString());
        span.SetTag(TelemetryTag.Reason, error.Reason.ToString());
        // The text of the exception is passed: its own members might throw inside the span.
        if (exception is not null)
            span.AddException(exception, new TagList { { "exception.type", error.Type }, { "exception.message", error.Message }, { "exception.stacktrace", error.ToString() } });
    }
}
