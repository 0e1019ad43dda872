using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace QCluster;

/// <summary>
/// Names of the traces and metrics of this library, for <c>AddSource</c> and <c>AddMeter</c> of OpenTelemetry. Spans and metrics follow OpenTelemetry's conventions for
/// messaging systems; durations are in seconds. Without listeners nothing is measured.
/// </summary>
public static class QClusterTelemetry
{
    /// <summary>The <see cref="System.Diagnostics.ActivitySource"/> of spans: <c>send QUEUE</c> where tasks are enqueued, <c>process QUEUE</c> where they run.</summary>
    public const string ActivitySourceName = "QCluster";

    /// <summary>The <see cref="System.Diagnostics.Metrics.Meter"/> of metrics.</summary>
    public const string MeterName = "QCluster";

    internal static ActivitySource Source { get; } = new(ActivitySourceName, Version);

    internal static Meter Meter { get; } = new(MeterName, Version);

    private static string? Version => typeof(QClusterTelemetry).Assembly.GetName().Version?.ToString(3);
}
