using Microsoft.Extensions.Hosting;
using QCluster.Hosting.Children;

namespace QCluster.Hosting.Composition;

/// <summary>
/// In a worker: runs the role in place of the program. The host resolves its lifetime before it creates any hosted
/// service, so none of them is ever created; only the sentinel handles signals.
/// </summary>
internal sealed class ChildLifetime(ClusterChild child, IServiceProvider services) : IHostLifetime
{
    public async Task WaitForStartAsync(CancellationToken cancellationToken) =>
        Environment.Exit(await ChildProgram.RunHostedAsync(child, services).ConfigureAwait(false));

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
