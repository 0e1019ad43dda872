using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using QCluster;
using QCluster.Sample.Worker;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddSingleton<Greeter>();
builder.Services.AddQClusterWorker(worker =>
{
    worker.Options.Workers = 2;
    worker.Functions.AddAssembly(typeof(Greetings).Assembly);
    worker.Functions.Add("math.copysign", Math.CopySign);
});
builder.Services.AddQClusterMail();
// The address of the collector is in OTEL_EXPORTER_OTLP_ENDPOINT; without one nothing is made.
if (Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is not null)
{
    builder.Services.AddOpenTelemetry()
        .WithTracing(tracing => tracing.AddSource(QClusterTelemetry.ActivitySourceName).AddOtlpExporter())
        .WithMetrics(metrics => metrics.AddMeter(QClusterTelemetry.MeterName).AddOtlpExporter());
}

builder.Services.AddHostedService<StartMark>();
await builder.Build().RunAsync();
