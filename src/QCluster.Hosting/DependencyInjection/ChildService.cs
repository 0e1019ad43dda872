using Microsoft.Extensions.Hosting;
using QCluster.Hosting.Roles;

namespace QCluster.Hosting.DependencyInjection;

/// <summary>In a child: runs the role before any hosted service of the program is started, and ends the process with it.</summary>
internal sealed class ChildService(HostedWorker worker) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken) =>
        Environment.Exit(await ChildProgram.RunAsync(worker).ConfigureAwait(false));

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
