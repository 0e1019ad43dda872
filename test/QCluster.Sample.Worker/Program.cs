using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using QCluster.Sample.Worker;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddSingleton<Greeter>();
builder.Services.AddQClusterWorker(worker =>
{
    worker.Options.Workers = 2;
    worker.Functions.AddAssembly(typeof(Greetings).Assembly);
    worker.Functions.Add("math.copysign", Math.CopySign);
});
builder.Services.AddHostedService<StartMark>();
await builder.Build().RunAsync();
