using Microsoft.Extensions.Logging;
using QCluster.Execution.Records;
using QCluster.Hosting.Monitor.Mail;
using QCluster.Hosting.Children;
using QCluster.Hosting.Monitor.Scheduling;
using QCluster.Queue.Clusters;
using QCluster.Redis;
using QCluster.Client.Results;

namespace QCluster.Hosting.Monitor;

/// <summary>The work for each queue besides settling outcomes: schedules, error mails, the outbox, records whose group or chain has ended, the database.</summary>
internal static class QueueServices
{
    public static Task RunAsync(ChildSettings settings, RedisConnection connection, IReadOnlyList<ClusterQueue> brokers, IResultStore? store, ILogger logger, CancellationToken stopping) =>
        Task.WhenAll(Works(settings, connection, brokers, store, logger, stopping));

    private static IEnumerable<Task> Works(ChildSettings settings, RedisConnection connection, IReadOnlyList<ClusterQueue> brokers, IResultStore? store, ILogger logger, CancellationToken stopping)
    {
        var decoder = new RecordDecoder(settings.ToPacketFormat());
        var mail = settings.ReadMail();
        var retention = new Retention(settings.Options.KeepSuccesses, settings.Options.KeepSuccessCount, settings.Options.KeepFailures, settings.Options.KeepFailureCount);
        foreach (var broker in brokers)
        {
            if (settings.Options.Scheduler)
                yield return new Scheduler(settings, decoder.Format, connection, broker.Keys, logger).RunAsync(stopping);
            if (mail is not null)
                yield return new ErrorMailer(settings, mail, decoder, connection, broker.Keys.Queue, store, logger).RunAsync(stopping);
            yield return new Outbox(settings.Options.Name, connection, broker, settings.Options.MaxPacketBytes, logger).RunAsync(stopping);
            yield return new HeldRecords(broker, logger).RunAsync(stopping);
            if (store is not null)
                yield return new ResultArchive(broker, store, decoder, retention, logger).RunAsync(stopping);
        }
    }
}
