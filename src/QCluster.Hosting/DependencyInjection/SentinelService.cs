using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using QCluster.Hosting.Sentinel;

namespace QCluster.Hosting.DependencyInjection;

/// <summary>The sentinel as a hosted service of the user's program. If the cluster cannot work, the host stops.</summary>
internal sealed class SentinelService(ClusterOptions options, ILogger logger, IHostApplicationLifetime lifetime) : IHostedService
{
    private SentinelProcess? _sentinel;
    private Task _run = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _sentinel = new SentinelProcess(options, logger);
        _run = Task.Run(RunAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    private async Task RunAsync()
    {
        string? problem;
        try
        {
            problem = await _sentinel!.RunAsync().ConfigureAwait(false);
        }
        catch (QClusterException e)
        {
            problem = e.Message;
        }

        if (problem is not null)
        {
            SentinelServiceLog.CannotWork(logger, problem);
            Environment.ExitCode = 1;
        }

        // Also when it was asked to run once and is done.
        lifetime.StopApplication();
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _sentinel?.RequestStop();
        await _run.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (_sentinel is not null)
            await _sentinel.DisposeAsync().ConfigureAwait(false);
    }
}
