using Microsoft.Extensions.Hosting;

namespace QCluster.Hosting.DependencyInjection;

/// <summary>The life of a child ends when its sentinel says so, not by signals.</summary>
internal sealed class SilentLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
