using Microsoft.Extensions.Logging;
using QCluster.Execution.Records;
using QCluster.Hosting.Monitor.Mail;
using QCluster.Hosting.Children;
using QCluster.Hosting.Monitor.Scheduling;
using QCluster.Queue.Clusters;
using QCluster.Redis;
using QCluster.Client.Results;

namespace QCluster.Hosting.Monitor;

/// <summary>What is done for each queue beside settling outcomes: schedules, error mails, what goes to other queues, records whose group or chain has ended, the database.</summary>
internal static class QueueServices
{
    public static Task RunAsync(ChildSettings settings, RedisConnection connection, IReadOnlyList<ClusterQueue> brokers, IResultStore? store, ILogger logger, CancellationToken stopping) =>
        Task.WhenAll(Works(settings, connection, brokers, store, logger, stopping));

    private static IEnumerable<Task> Works(ChildSettings settings, RedisConnection connection, IReadOnlyList<ClusterQueue> brokers, IResultStore? store, ILogger logger, CancellationToken stopping)
    {
        var decoder = new RecordDecoder(settings.ToPacketFormat());
        foreach (var broker in brokers)
        {
            if (settings.Scheduler)
                yield return new Scheduler(settings, decoder.Format, connection, broker.Keys, logger).RunAsync(stopping);
            if (settings.Mail is not null)
                yield return new ErrorMailer(settings, decoder, connection, broker.Keys.Queue, store, logger).RunAsync(stopping);
            yield return new Outbox(settings.Name, connection, broker, settings.MaxPacketBytes, logger).RunAsync(stopping);
            yield return new HeldRecords(broker, logger).RunAsync(stopping);
            if (store is not null)
                yield return new ResultArchive(broker, store, decoder, settings.Retention!, logger).RunAsync(stopping);
        }
    }
}
