using Microsoft.Extensions.Logging;
using QCluster.Client.Schedules;
using QCluster.TaskClasses;

namespace QCluster.Hosting.Worker;

/// <summary>Tells Redis, through the pusher, what a worker's app brings: the names of its functions, and its periodic tasks.</summary>
internal static class AppAnnouncement
{
    private const int MaxBatch = 900;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private const int Tries = 60;

    /// <summary>After this the schedules are looked after again: another cluster may have gone, or have found a schedule without its class.</summary>
    private static readonly TimeSpan LookAfter = TimeSpan.FromSeconds(30);

    /// <summary>Tells it, and looks after the periodic tasks from then on.</summary>
    public static async Task KeepAsync(string cluster, IReadOnlyList<string> queues, FunctionRegistry functions, IQClusterClient client, ILogger logger, CancellationToken stopping)
    {
        await TellAsync(cluster, queues, functions, client, logger).ConfigureAwait(false);
        if (client is not QClusterClient own || functions.Periodic().Count == 0)
            return;
        while (!stopping.IsCancellationRequested)
        {
            await Task.WhenAny(Task.Delay(LookAfter, stopping)).ConfigureAwait(false);
            try
            {
                if (!stopping.IsCancellationRequested)
                    await ScheduleAsync(queues, functions, own, logger).ConfigureAwait(false);
            }
            catch (Exception e) when (e is BrokerException or InvalidOperationException)
            {
                if (!stopping.IsCancellationRequested)
                    WorkerLog.NotAnnounced(logger, e.Message);
            }
        }
    }

    public static async Task TellAsync(string cluster, IReadOnlyList<string> queues, FunctionRegistry functions, IQClusterClient client, ILogger logger)
    {
        // A client of the app's own making has ways of its own.
        if (client is not QClusterClient own)
            return;
        for (var tries = 1; tries <= Tries; tries++)
        {
            try
            {
                await TellAsync(cluster, queues, functions, own).ConfigureAwait(false);
                await ScheduleAsync(queues, functions, own, logger).ConfigureAwait(false);
                return;
            }
            catch (BrokerException e)
            {
                WorkerLog.NotAnnounced(logger, e.Message);
                await Task.Delay(Pause).ConfigureAwait(false);
            }
        }
    }

    private static async Task TellAsync(string cluster, IReadOnlyList<string> queues, FunctionRegistry functions, QClusterClient client)
    {
        var names = functions.AllNames;
        foreach (var queue in queues)
        {
            foreach (var part in names.Chunk(MaxBatch))
                await client.Scripts.Functions.TellAsync(queue, cluster, part, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static Task ScheduleAsync(IReadOnlyList<string> queues, FunctionRegistry functions, QClusterClient client, ILogger logger) =>
        functions.Periodic().Count == 0
            ? Task.CompletedTask
            : new PeriodicSchedules((ScheduleClient)client.Schedules, queues).KeepAsync(functions.Periodic(), (task, problem) => WorkerLog.NotScheduled(logger, task.Name, problem), CancellationToken.None);
}
