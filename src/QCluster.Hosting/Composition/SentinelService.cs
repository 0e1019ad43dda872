using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using QCluster.Hosting.Logging;
using QCluster.Hosting.Sentinel;

namespace QCluster.Hosting.Composition;

/// <summary>The sentinel as a hosted service of the user's program. If the cluster cannot work, the host does not start, or stops.</summary>
/// <param name="options">The cluster's settings.</param>
/// <param name="loggers">The logs.</param>
/// <param name="category">The category of its log.</param>
/// <param name="workers">The log for entries of workers, by category.</param>
/// <param name="lifetime">The lifetime of the program.</param>
internal sealed class SentinelService(ClusterOptions options, ILoggerFactory loggers, string category, Func<string, ILogger> workers, IHostApplicationLifetime lifetime) : IHostedService
{
    private static readonly TimeSpan ForcedStop = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = loggers.CreateLogger(category);
    private SentinelProcess? _sentinel;
    private ChildLogs? _logs;
    private Task _run = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        HostingProgram.Require();
        HotReload.Updated += OnHotReload;
        _logs = new ChildLogs(workers, loggers.CreateLogger, _logger, LogLevel.Trace);
        _sentinel = new SentinelProcess(options, _logger, _logs, TimeProvider.System);
        var run = Task.Run(_sentinel.RunAsync, CancellationToken.None);
        _run = WatchAsync(run);
        if (await Task.WhenAny(run, _sentinel.Started).WaitAsync(cancellationToken).ConfigureAwait(false) == run)
            await run.ConfigureAwait(false);
    }

    private async Task WatchAsync(Task<string?> run)
    {
        try
        {
            if (await run.ConfigureAwait(false) is { } problem)
                Fail(problem, null);
        }
        catch (QClusterException e)
        {
            Fail(e.Message, null);
        }
#pragma warning disable CA1031 // Whatever it was: a program whose cluster is gone must not go on as if it were there.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Fail(e.Message, e);
        }

        // Also when it was asked to run once and is done.
        lifetime.StopApplication();
    }

    private void OnHotReload() => SentinelServiceLog.HotReloaded(_logger);

    private void Fail(string problem, Exception? error)
    {
        SentinelServiceLog.CannotWork(_logger, problem, error);
        Environment.ExitCode = 1;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        HotReload.Updated -= OnHotReload;
        if (_sentinel is null)
            return;
        _sentinel.RequestStop();
        try
        {
            await _run.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The host stops waiting before the grace period has passed: kill the processes now, so that their tasks return to the queue.
            _sentinel.RequestStop();
            await _run.WaitAsync(ForcedStop, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            await _sentinel.DisposeAsync().ConfigureAwait(false);
            _logs?.Dispose();
        }
    }
}
