using System.Diagnostics;

namespace QCluster.Execution.Telemetry;

/// <summary>The trace context in a packet: W3C <c>traceparent</c> and <c>tracestate</c>.</summary>
internal readonly record struct TraceContext(string? Parent, string? State)
{
    private const int MaxState = 512;

    /// <summary>The context of the current activity; empty if there is none.</summary>
    public static TraceContext Current =>
        Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id } activity
            ? new TraceContext(id, activity.TraceStateString is { Length: > 0 and <= MaxState } state ? state : null)
            : default;

    /// <summary>The context in a packet; empty if it is missing or invalid.</summary>
    public ActivityContext Parse() => ActivityContext.TryParse(Parent, State, isRemote: true, out var context) ? context : default;
}
