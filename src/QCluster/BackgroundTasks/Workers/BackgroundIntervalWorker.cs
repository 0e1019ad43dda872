using Microsoft.Extensions.Logging;
using QCluster.BackgroundTasks.Workers;

namespace QCluster.BackgroundTasks;

/// <summary>Runs its function at intervals. The same as atasker's <c>BackgroundIntervalWorker</c>; for a schedule that outlives its program see <see cref="Schedule"/>.</summary>
/// <param name="client">The client that enqueues the runs.</param>
/// <param name="options">The options of the worker.</param>
/// <param name="logger">The log for its starts, stops and failures.</param>
/// <param name="time">The clock.</param>
public sealed class BackgroundIntervalWorker(IQClusterClient client, BackgroundIntervalOptions options, ILogger<BackgroundIntervalWorker>? logger = null, TimeProvider? time = null) : BackgroundWorker(client, options, logger)
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly SemaphoreSlim _triggered = new(0, 1);

    /// <summary>Runs the function now, without waiting for the rest of the delay. Several triggers before that run count as one.</summary>
    public void Trigger() => RunSignal.Give(_triggered);

    private protected override async Task LoopAsync(CancellationToken stopping)
    {
        while (true)
        {
            await Task.Delay(options.DelayBefore, _time, stopping).ConfigureAwait(false);
            var started = _time.GetTimestamp();
            if (!await ExecuteAsync([]).ConfigureAwait(false))
                return;
            var pause = options.Interval is { } interval ? interval - _time.GetElapsedTime(started) : options.Delay;
            if (pause > TimeSpan.Zero)
                await Task.WhenAny(Task.Delay(pause, _time, stopping), _triggered.WaitAsync(stopping)).Unwrap().ConfigureAwait(false);
            stopping.ThrowIfCancellationRequested();
        }
    }
}
