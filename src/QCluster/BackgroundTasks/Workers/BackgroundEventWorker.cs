using Microsoft.Extensions.Logging;
using QCluster.BackgroundTasks.Workers;

namespace QCluster.BackgroundTasks;

/// <summary>Runs its function when it is triggered. The same as atasker's <c>BackgroundEventWorker</c>.</summary>
/// <param name="client">The client that enqueues the runs.</param>
/// <param name="options">The options of the worker.</param>
/// <param name="logger">The log for its starts, stops and failures.</param>
public sealed class BackgroundEventWorker(IQClusterClient client, BackgroundWorkerOptions options, ILogger<BackgroundEventWorker>? logger = null) : BackgroundWorker(client, options, logger)
{
    private readonly SemaphoreSlim _triggered = new(0, 1);
    private volatile bool _runs;

    /// <summary>Requests a run. Several triggers before its start count as one.</summary>
    /// <param name="force">True: a trigger during a run starts another run after it. False: such a trigger is ignored.</param>
    public void Trigger(bool force = false)
    {
        if (!_runs || force)
            RunSignal.Give(_triggered);
    }

    private protected override async Task LoopAsync(CancellationToken stopping)
    {
        while (true)
        {
            await _triggered.WaitAsync(stopping).ConfigureAwait(false);
            _runs = true;
            try
            {
                if (!await ExecuteAsync([]).ConfigureAwait(false))
                    return;
            }
            finally
            {
                _runs = false;
            }
        }
    }
}
