using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
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
// As AddOpenTelemetry of OpenTelemetry.Extensions.Hosting registers it; the address of the collector is in OTEL_EXPORTER_OTLP_ENDPOINT.
if (Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is not null)
    builder.Services.AddSingleton(_ => Sdk.CreateTracerProviderBuilder().AddSource(QClusterTelemetry.ActivitySourceName).AddOtlpExporter().Build());
builder.Services.AddHostedService<StartMark>();
await builder.Build().RunAsync();
