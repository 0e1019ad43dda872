using Microsoft.Extensions.Hosting;
using QCluster.Hosting.Children;

namespace QCluster.Hosting.Composition;

/// <summary>
/// In a worker: runs the role in place of the program's life. The host asks for its lifetime before it makes any hosted
/// service, so none of them is ever made; signals are for the sentinel alone.
/// </summary>
internal sealed class ChildLifetime(ClusterChild child, IServiceProvider services) : IHostLifetime
{
    public async Task WaitForStartAsync(CancellationToken cancellationToken) =>
        Environment.Exit(await ChildProgram.RunHostedAsync(child, services).ConfigureAwait(false));

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
