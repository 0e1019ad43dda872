using Microsoft.Extensions.Logging;
using QCluster.Broker;
using QCluster.Schedules;

namespace QCluster.Hosting.Worker;

/// <summary>Tells Redis, through the pusher, what a worker's app brings: the names of its functions, and its periodic tasks.</summary>
internal static class AppAnnouncement
{
    private const int AtOnce = 900;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private const int Tries = 60;

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
                await ScheduleAsync(functions, own, logger).ConfigureAwait(false);
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
            foreach (var part in names.Chunk(AtOnce))
            {
                IReadOnlyList<byte[]> arguments = [ScriptCall.Text(cluster), .. part.Select(ScriptCall.Text)];
                await client.Broker.RunAsync(new ScriptCall(QueueScript.FunctionsTell, queue, "fn:" + cluster, [], arguments), CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    /// <summary>One that cannot be scheduled harms no other.</summary>
    private static async Task ScheduleAsync(FunctionRegistry functions, QClusterClient client, ILogger logger)
    {
        foreach (var task in functions.Periodic)
        {
            try
            {
                await ((ScheduleClient)client.Schedules).AddAsync(task, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception e) when (e is ArgumentException or SerializationException)
            {
                WorkerLog.NotScheduled(logger, task.Name, e.Message);
            }
        }
    }
}
