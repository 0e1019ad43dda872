using QCluster;

// A web application that hosts a cluster beside its pages.
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddQClusterWorker(worker => worker.Functions.Add("sample.greet", (string name) => $"hello {name}"));
var app = builder.Build();
app.MapPost("/greetings/{name}", (string name, IQClusterClient client) => client.Async("sample.greet", name));
await app.RunAsync();
