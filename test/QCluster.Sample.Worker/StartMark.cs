using Microsoft.Extensions.Hosting;

namespace QCluster.Sample.Worker;

/// <summary>A hosted service of the program's own: it must start once, in the program, and in none of the cluster's processes.</summary>
public sealed class StartMark : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) =>
        Environment.GetEnvironmentVariable("SAMPLE_MARK") is { } path ? File.AppendAllTextAsync(path, $"{Environment.ProcessId}\n", cancellationToken) : Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
