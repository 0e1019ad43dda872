namespace QCluster.Hosting.Composition;

/// <summary>
/// A worker creates none of its program's hosted services, but OpenTelemetry's providers start when one of those resolves them. So they
/// are resolved here, by name, since this library does not depend on OpenTelemetry.
/// </summary>
internal static class TelemetryProviders
{
    private static readonly string[] Names = ["OpenTelemetry.Trace.TracerProvider, OpenTelemetry.Api", "OpenTelemetry.Metrics.MeterProvider, OpenTelemetry.Api"];

    public static void Begin(IServiceProvider services)
    {
        foreach (var name in Names)
        {
            if (Type.GetType(name) is { } type)
                _ = services.GetService(type);
        }
    }
}
