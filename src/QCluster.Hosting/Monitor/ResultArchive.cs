using Microsoft.Extensions.Logging;
using QCluster.Execution.Records;
using QCluster.Hosting.Threading;
using QCluster.Model;
using QCluster.Model.Faults;
using QCluster.Queue.Clusters;
using QCluster.Client.Results;

namespace QCluster.Hosting.Monitor;

/// <summary>
/// Moves the records of uncached tasks from Redis into the database, in bulk. They are acknowledged before, so while the database is
/// unavailable they wait in Redis and nothing else does. Saving is safe to repeat: several monitors may do it, and each may die.
/// </summary>
internal sealed class ResultArchive(ClusterQueue queue, IResultStore store, RecordDecoder decoder, Retention retention, ILogger logger, TimeProvider time)
{
    private const int MaxBatch = 1000;
    private static readonly int[] States = [(int)TaskState.Succeeded, (int)TaskState.Failed, (int)TaskState.Cancelled];
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan MaxInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastSave = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan TrimInterval = TimeSpan.FromSeconds(30);

    /// <summary>The time for which a record stays in Redis after the database has it, for the clients that wait for it.</summary>
    private static readonly TimeSpan Afterlife = TimeSpan.FromMinutes(2);

    private bool _failed;
    private long _trimmedTicks = long.MinValue / 2;

    public async Task RunAsync(CancellationToken stopping)
    {
        await SaveUntilAsync(stopping).ConfigureAwait(false);
        await SaveTheLastAsync().ConfigureAwait(false);
    }

    /// <summary>Saves the remaining records. The next cluster would find them in Redis and save them, but a cluster that runs only once has no next one.</summary>
    private async Task SaveTheLastAsync()
    {
        using var limit = new CancellationTokenSource(LastSave, time);
        try
        {
            foreach (var state in States)
            {
                while (await SaveAsync(state, limit.Token).ConfigureAwait(false) == MaxBatch)
                {
                    // There is more.
                }
            }
        }
        catch (Exception e) when (e is BrokerException or ResultStoreException or OperationCanceledException)
        {
            MonitorLog.ArchiveFailed(logger, e.Message);
        }
    }

    private async Task SaveUntilAsync(CancellationToken stopping)
    {
        var pause = Interval;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var saved = 0;
                foreach (var state in States)
                    saved = Math.Max(saved, await SaveAsync(state, stopping).ConfigureAwait(false));
                await TrimAsync(stopping).ConfigureAwait(false);
                if (_failed)
                    MonitorLog.ArchiveBack(logger);
                _failed = false;
                // A full batch: there is more. None: the queue is idle, and need not be asked so often.
                pause = saved == MaxBatch ? TimeSpan.Zero : saved > 0 ? Interval : TimeSpan.FromTicks(Math.Min((pause + Interval).Ticks, MaxInterval.Ticks));
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is BrokerException or ResultStoreException)
            {
                if (!_failed)
                    MonitorLog.ArchiveFailed(logger, e.Message);
                _failed = true;
                pause = PauseAfterFailure;
            }

            await Task.WhenAny(Task.Delay(pause, time, stopping)).ConfigureAwait(false);
        }
    }

    /// <summary>Saves one batch and returns the number of its records.</summary>
    private async Task<int> SaveAsync(int state, CancellationToken stopping)
    {
        var unsaved = await queue.UnsavedAsync(state, MaxBatch, stopping).ConfigureAwait(false);
        if (unsaved.Count == 0)
            return 0;
        var tasks = new List<SavedTask>(unsaved.Count);
        foreach (var (entry, record) in unsaved)
        {
            if (record is not { Length: > 0 })
                continue;
            var id = TaskId.FromBytes(entry, queue.Keys.Queue);
            try
            {
                tasks.Add(decoder.ToSaved(id, record));
            }
            catch (WireFormatException e)
            {
                // Signed with another key, or damaged: it stays for a while and does not delay others.
                MonitorLog.ArchiveRefused(logger, id.ToString(), e.Message);
            }
        }

        // Saved in the database first: should this process die in between, the records are still in Redis without an end, and are saved
        // again.
        await store.SaveAsync(tasks, stopping).ConfigureAwait(false);
        FaultPoint.Pass(CrashPoint.Archived, queue.Drop);
        await queue.ArchivedAsync(state, unsaved.Select(u => u.Entry), Afterlife, stopping).ConfigureAwait(false);
        return unsaved.Count;
    }

    private async Task TrimAsync(CancellationToken stopping)
    {
        if (time.Ticks() - _trimmedTicks < TrimInterval.TotalMilliseconds)
            return;
        if (await store.TrimAsync(retention, stopping).ConfigureAwait(false))
            _trimmedTicks = time.Ticks();
    }
}
