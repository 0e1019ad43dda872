using Microsoft.Extensions.Hosting;

namespace QCluster.Hosting.Composition;

/// <summary>Marks services that must not run a cluster, added before or later, and is the hosted service in its place.</summary>
internal sealed class NoCluster : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
