using Microsoft.Extensions.Hosting;

namespace QCluster.Hosting.Composition;

/// <summary>Among the services it says that no cluster is to be run, whoever adds one before or later; and is the hosted service in its place.</summary>
internal sealed class NoCluster : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
