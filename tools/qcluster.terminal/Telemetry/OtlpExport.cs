using System.Globalization;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace QCluster.Terminal.Telemetry;

/// <summary>Sends the traces and metrics of this process to a collector, by OTLP. The other settings are OpenTelemetry's own variables (<c>OTEL_*</c>).</summary>
internal sealed class OtlpExport : IDisposable
{
    /// <summary>Where the collector is; for the processes of a cluster too.</summary>
    public const string Variable = "QCLUSTER_OTLP";

    private const string ProtocolVariable = "OTEL_EXPORTER_OTLP_PROTOCOL";
    private const int HttpPort = 4318;
    private const int ShutdownMilliseconds = 1500;

    private readonly TracerProvider? _traces;
    private readonly MeterProvider? _metrics;

    private OtlpExport(Uri endpoint, string role)
    {
        var resource = ResourceBuilder.CreateDefault()
            .AddService(Environment.GetEnvironmentVariable("OTEL_SERVICE_NAME") ?? "qcluster", serviceInstanceId: $"{Environment.MachineName}:{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}")
            .AddAttributes([new KeyValuePair<string, object>("qcluster.role", role)]);
        _traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(QClusterTelemetry.ActivitySourceName).AddOtlpExporter(o => Configure(o, endpoint, "v1/traces")).Build();
        _metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(QClusterTelemetry.MeterName).AddOtlpExporter(o => Configure(o, endpoint, "v1/metrics")).Build();
    }

    /// <summary>Null when no collector is named.</summary>
    /// <param name="endpoint">Where it is; null = what the environment says.</param>
    /// <param name="role">What this process is.</param>
    /// <exception cref="InvalidSettingException">It is no address.</exception>
    public static OtlpExport? Begin(string? endpoint, string role)
    {
        endpoint ??= Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(endpoint))
            return null;
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            throw new InvalidSettingException("otlp", endpoint, "write the collector's address, such as http://localhost:4317 (gRPC) or http://localhost:4318 (HTTP)");
        return new OtlpExport(uri, role);
    }

    private static void Configure(OtlpExporterOptions options, Uri endpoint, string path)
    {
        var isHttp = Environment.GetEnvironmentVariable(ProtocolVariable) is { Length: > 0 } protocol ? protocol.StartsWith("http", StringComparison.OrdinalIgnoreCase) : endpoint.Port == HttpPort;
        options.Protocol = isHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        // For an address set in code the exporter does not add the path of the signal.
        options.Endpoint = isHttp && endpoint.AbsolutePath is ("/" or "") ? new Uri(endpoint, path) : endpoint;
    }

    public void Dispose()
    {
        // The remaining data are sent, unless the collector is unavailable.
        _traces?.Shutdown(ShutdownMilliseconds);
        _metrics?.Shutdown(ShutdownMilliseconds);
        _traces?.Dispose();
        _metrics?.Dispose();
    }
}
