using System.Text;
using Microsoft.Extensions.Logging;
using QCluster.Execution.Records;
using QCluster.Model;
using QCluster.Queue;
using QCluster.Queue.Mail;
using QCluster.Hosting.Children;
using QCluster.Hosting.Settings;
using QCluster.Redis;
using QCluster.Client.Results;

namespace QCluster.Hosting.Monitor.Mail;

/// <summary>
/// Reports finally failed tasks of one queue by mail. One monitor at a time does this, for all clusters, with a maximum number of mails a minute;
/// the last one summarises the rest. A mail may be sent twice if its monitor dies right after sending it.
/// </summary>
internal sealed class ErrorMailer
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(10);

    /// <summary>Shorter than the lease of mail_take.lua, so that no other monitor sends the same mail meanwhile.</summary>
    private static readonly TimeSpan SendLimit = TimeSpan.FromSeconds(25);

    private readonly MailSettings _mail;
    private readonly string _queue;
    private readonly MailScripts _scripts;
    private readonly TaskStore _tasks;
    private readonly ErrorMailComposer _composer;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly byte[] _own = Encoding.UTF8.GetBytes(Guid.NewGuid().ToString("N"));

    // What has been dealt with and Redis does not know of yet.
    private int _done;
    private int _sent;
    private TaskId? _first;
    private IMailSender? _sender;

    /// <param name="settings">The settings of the monitor.</param>
    /// <param name="mail">The settings for mails.</param>
    /// <param name="decoder">Reads the records of the failed tasks.</param>
    /// <param name="connection">The monitor's connection.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="results">The monitor's database of results, or null. The monitor disposes it.</param>
    /// <param name="logger">The log for problems.</param>
    /// <param name="time">The clock.</param>
    public ErrorMailer(ChildSettings settings, MailSettings mail, RecordDecoder decoder, RedisConnection connection, string queue, IResultStore? results, ILogger logger, TimeProvider time)
    {
        _mail = mail;
        _queue = queue;
        _logger = logger;
        _time = time;
        _composer = new ErrorMailComposer(settings, _mail.Subject, queue);
        var transport = new RedisTransport(connection, settings.Options.Name, time, logger);
        _scripts = new MailScripts(transport);
        _tasks = new TaskStore(new ClientScripts(transport), decoder, queue, results);
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var pause = Interval;
            try
            {
                if (await StepAsync(stopping).ConfigureAwait(false))
                    pause = TimeSpan.Zero;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e) when (e is QClusterException or MailException)
            {
                MailLog.NotSent(_logger, _mail.Server.ToString(), e.Message);
                await CloseAsync().ConfigureAwait(false);
                pause = PauseAfterFailure;
            }

            await Task.WhenAny(Task.Delay(pause == Interval ? Pace.UntilNext(Interval, _time) : pause, _time, stopping)).ConfigureAwait(false);
        }

        await CloseAsync().ConfigureAwait(false);
    }

    /// <summary>Reports sent mails to Redis, and sends the next one; false if there is none.</summary>
    private async Task<bool> StepAsync(CancellationToken stopping)
    {
        var (allowed, ids) = await _scripts.TakeAsync(_queue, _own, _done, _sent, _mail.Limit, _first, stopping).ConfigureAwait(false);
        (_done, _sent) = (0, 0);
        if (ids.Count == 0 || allowed <= 0)
        {
            await CloseAsync().ConfigureAwait(false);
            return false;
        }

        var (looked, failed) = await FailuresAsync(ids, isLast: allowed == 1, stopping).ConfigureAwait(false);
        if (failed.Count > 0)
            await SendAsync(failed.Count == 1 ? _composer.Compose(failed[0]) : _composer.Summarise(failed), stopping).ConfigureAwait(false);
        (_done, _sent, _first) = (looked, Math.Min(failed.Count, 1), ids[0]);
        return true;
    }

    /// <summary>Returns the oldest failure to report, or all of them if the next mail is the last one allowed, and the number of ids that were read.</summary>
    private async Task<(int Looked, List<TaskRecord> Failed)> FailuresAsync(IReadOnlyList<TaskId> ids, bool isLast, CancellationToken stopping)
    {
        var looked = 0;
        var failed = new List<TaskRecord>();
        while (looked < ids.Count && (isLast || failed.Count == 0))
        {
            var id = ids[looked++];
            var lookup = await _tasks.WaitAsync(id, TimeSpan.Zero, stopping).ConfigureAwait(false);
            if (lookup is { Place: TaskPlace.Finished, Record.IsEmpty: false } && Read(id, lookup.Record) is { } record)
                failed.Add(record);
        }

        return (looked, failed);
    }

    /// <summary>Null for a failure without a mail, and for an unreadable record, which must not delay the others.</summary>
    private TaskRecord? Read(TaskId id, ReadOnlyMemory<byte> record)
    {
        try
        {
            return _tasks.Decoder.IsQuiet(id, record) ? null : _tasks.Decoder.Decode(id, record);
        }
        catch (WireFormatException e)
        {
            MailLog.Unreadable(_logger, id.ToString(), e.Message);
            return null;
        }
    }

    private async Task SendAsync(ErrorMail mail, CancellationToken stopping)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        limit.CancelAfter(SendLimit);
        try
        {
            _sender ??= MailSenders.Open(_mail, _time);
            var refused = await _sender.SendAsync(mail, limit.Token).ConfigureAwait(false);
            if (refused.Count > 0)
                MailLog.RecipientsRefused(_logger, mail.Subject, string.Join("; ", refused));
        }
        catch (MailException e) when (e.IsRefused)
        {
            // A repetition would be refused again, and delay all others.
            MailLog.Refused(_logger, mail.Subject, e.Message);
        }
        catch (OperationCanceledException e) when (!stopping.IsCancellationRequested)
        {
            throw new MailException($"The server was too slow: a mail took more than {SendLimit.TotalSeconds} s.", e);
        }
    }

    private async ValueTask CloseAsync()
    {
        if (_sender is { } sender)
        {
            _sender = null;
            await sender.DisposeAsync().ConfigureAwait(false);
        }
    }
}
