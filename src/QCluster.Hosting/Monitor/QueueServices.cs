using Microsoft.Extensions.Logging;
using QCluster.Client.Results;
using QCluster.Execution.Records;
using QCluster.Hosting.Children;
using QCluster.Hosting.Monitor.Mail;
using QCluster.Hosting.Monitor.Scheduling;
using QCluster.Hosting.Settings;
using QCluster.Queue.Clusters;
using QCluster.Redis;

namespace QCluster.Hosting.Monitor;

/// <summary>The work of a monitor for each queue, besides settling outcomes: schedules, error mails, the outbox, records whose group or chain has ended, the database.</summary>
internal sealed class QueueServices(ChildSettings settings, RedisConnection connection, IResultStore? store, ILogger logger, TimeProvider time)
{
    private readonly RecordDecoder _decoder = new(settings.ToPacketFormat());
    private readonly MailSettings? _mail = settings.ReadMail();
    private readonly Retention _retention = new(
        settings.Options.KeepSuccesses,
        settings.Options.KeepSuccessCount,
        settings.Options.KeepFailures,
        settings.Options.KeepFailureCount);

    public Task RunAsync(IEnumerable<ClusterQueue> queues, CancellationToken stopping) =>
        Task.WhenAll(queues.SelectMany(queue => Start(queue, stopping)));

    private IEnumerable<Task> Start(ClusterQueue queue, CancellationToken stopping)
    {
        var options = settings.Options;
        if (options.Scheduler)
            yield return new Scheduler(settings, _decoder.Format, connection, queue.Keys, logger, time).RunAsync(stopping);
        if (_mail is not null)
            yield return new ErrorMailer(settings, _mail, _decoder, connection, queue.Keys.Queue, store, logger, time).RunAsync(stopping);
        yield return new Outbox(options.Name, connection, queue, options.MaxPacketBytes, logger, time).RunAsync(stopping);
        yield return new HeldRecords(queue, logger, time).RunAsync(stopping);
        if (store is not null)
            yield return new ResultArchive(queue, store, _decoder, _retention, logger, time).RunAsync(stopping);
    }
}
