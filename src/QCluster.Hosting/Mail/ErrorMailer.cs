using System.Globalization;
using System.Net;
using System.Net.Mail;
using System.Text;
using Microsoft.Extensions.Logging;
using QCluster.Broker;
using QCluster.Hosting.Roles;
using QCluster.Hosting.Settings;
using QCluster.Redis;
using QCluster.Results;
using QCluster.Wire;

namespace QCluster.Hosting.Mail;

/// <summary>
/// Tells by mail of the tasks of one queue that have failed for good. One monitor at a time does it, for all clusters: at most so many mails a minute,
/// the last of which sums up what is beyond. A mail may come twice when its monitor dies right after sending it.
/// </summary>
internal sealed class ErrorMailer
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(10);
    private const int TimeoutMilliseconds = 10_000;

    private readonly MailSettings _mail;
    private readonly ChildSettings _settings;
    private readonly string _queue;
    private readonly RedisBroker _broker;
    private readonly TaskStore _store;
    private readonly ILogger _logger;
    private readonly string _own = Guid.NewGuid().ToString("N");

    public ErrorMailer(ChildSettings settings, MailSettings mail, RedisConnection connection, string queue, ILogger logger)
    {
        _settings = settings;
        _mail = mail;
        _queue = queue;
        _logger = logger;
        _broker = new RedisBroker(connection, settings.Name, TimeProvider.System, logger);
        var decoder = new RecordDecoder(new PacketSigner(settings.Name, settings.Secrets), new WireLimits { MaxLength = settings.MaxPacketBytes }, ValueSerializer.Default);
        _store = new TaskStore(_broker, decoder, queue, settings.Results is null ? null : ResultStores.Open(settings.Results));
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        int done = 0, sent = 0;
        while (!stopping.IsCancellationRequested)
        {
            var pause = Interval;
            try
            {
                var reply = await _broker.RunAsync(new ScriptCall(QueueScript.MailTake, _queue, "em", [], ScriptCall.Text(_own), ScriptCall.Number(done), ScriptCall.Number(sent), ScriptCall.Number(_mail.Limit)), stopping).ConfigureAwait(false);
                (done, sent) = (0, 0);
                if (reply.Items.Count > 1 && reply[0].Number is > 0 and var allowed)
                {
                    var failed = await FailuresAsync([.. reply.Items.Skip(1).Select(i => TaskId.FromBytes(i.Bytes, _queue))], stopping).ConfigureAwait(false);
                    sent = await SendAsync(failed, allowed, stopping).ConfigureAwait(false);
                    done = reply.Items.Count - 1;
                    pause = TimeSpan.Zero;
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is QClusterException or SmtpException or IOException)
            {
                MailLog.NotSent(_logger, _mail.Host, _mail.Port, e.InnerException?.Message is { } inner ? $"{e.Message} {inner}" : e.Message);
                pause = PauseAfterFailure;
            }

            await Task.WhenAny(Task.Delay(pause, stopping)).ConfigureAwait(false);
        }
    }

    /// <summary>Those that somebody wants to be told of.</summary>
    private async Task<List<TaskRecord>> FailuresAsync(TaskId[] ids, CancellationToken stopping)
    {
        var failed = new List<TaskRecord>();
        foreach (var id in ids)
        {
            var lookup = await _store.WaitAsync(id, TimeSpan.Zero, stopping).ConfigureAwait(false);
            if (lookup is not { Place: TaskPlace.Finished, Record.IsEmpty: false })
                continue;
            var record = _store.Decoder.DecodeListed(id, lookup.Record, TaskState.Failed);
            if (record.Unreadable is not null || !_store.Decoder.IsQuiet(id, lookup.Record))
                failed.Add(record);
        }

        return failed;
    }

    /// <summary>How many mails it took.</summary>
    private async Task<int> SendAsync(List<TaskRecord> failed, long allowed, CancellationToken stopping)
    {
        if (failed.Count == 0)
            return 0;
        using var smtp = new SmtpClient(_mail.Host, _mail.Port) { EnableSsl = _mail.Tls, Timeout = TimeoutMilliseconds };
        if (_mail.User is not null)
            smtp.Credentials = new NetworkCredential(_mail.User, _mail.Password);
        var single = failed.Count <= allowed ? failed.Count : (int)allowed - 1;
        foreach (var record in failed.Take(single))
            await SendAsync(smtp, Fill(_mail.Subject, record), BodyOf(record), stopping).ConfigureAwait(false);
        if (single == failed.Count)
            return single;
        var rest = failed.Skip(single).ToArray();
        await SendAsync(smtp, $"[{_settings.Name}@{Environment.MachineName}] {rest.Length} more tasks of the queue {_queue} have failed", SummaryOf(rest), stopping).ConfigureAwait(false);
        return single + 1;
    }

    private async Task SendAsync(SmtpClient smtp, string subject, string body, CancellationToken stopping)
    {
        using var message = new MailMessage { From = new MailAddress(_mail.From), Subject = OneLine(subject), Body = body, SubjectEncoding = Encoding.UTF8, BodyEncoding = Encoding.UTF8 };
        foreach (var to in _mail.To)
            message.To.Add(to);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        limit.CancelAfter(TimeoutMilliseconds);
        try
        {
            await smtp.SendMailAsync(message, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!stopping.IsCancellationRequested)
        {
            throw new SmtpException($"The server did not answer within {TimeoutMilliseconds / 1000} s.", e);
        }
    }

    private string Fill(string template, TaskRecord record) => template
        .Replace("{name}", _settings.Name, StringComparison.Ordinal)
        .Replace("{host}", Environment.MachineName, StringComparison.Ordinal)
        .Replace("{label}", _settings.Label ?? "", StringComparison.Ordinal)
        .Replace("{queue}", _queue, StringComparison.Ordinal)
        .Replace("{func}", record.Func ?? "(unknown)", StringComparison.Ordinal)
        .Replace("{id}", record.Id, StringComparison.Ordinal)
        .Replace("{error}", record.Error?.Message ?? "", StringComparison.Ordinal);

    private static string BodyOf(TaskRecord record)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Task {record.Func} with id {record.Id} has failed ({record.Error?.Reason}).");
        text.AppendLine();
        text.AppendLine(record.Error?.ToString());
        text.AppendLine();
        foreach (var (label, value) in new (string, object?)[]
        {
            ("name", record.Name), ("args", JsonText(record.Args)), ("kwargs", JsonText(record.Kwargs)), ("group", record.Group), ("schedule", record.Schedule),
            ("attempts", Math.Max(record.Attempts.Count, 1)), ("queued", record.Queued.ToString("u")), ("started", record.Started?.ToString("u")),
            ("stopped", record.Stopped?.ToString("u")), ("cluster", record.Cluster), ("worker", record.Worker),
        })
        {
            if (value is not null)
                text.AppendLine(CultureInfo.InvariantCulture, $"{label + ":",-10} {value}");
        }

        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"To run it again: qcluster retry {record.Id}");
        return text.ToString();
    }

    private static string SummaryOf(TaskRecord[] failed)
    {
        const int shown = 100;
        var text = new StringBuilder();
        text.AppendLine("By function and error:");
        foreach (var kind in failed.GroupBy(r => (r.Func, Error: OneLine(r.Error?.Message ?? ""))).OrderByDescending(g => g.Count()).Take(shown))
            text.AppendLine(CultureInfo.InvariantCulture, $"{kind.Count(),6}  {kind.Key.Func}: {kind.Key.Error} (for example {kind.First().Id})");
        text.AppendLine();
        text.AppendLine("To see them: qcluster failures");
        return text.ToString();
    }

    private static string JsonText(object value)
    {
        const int most = 2000;
        var text = System.Text.Json.JsonSerializer.Serialize(value);
        return text.Length > most ? text[..most] + "..." : text;
    }

    private static string OneLine(string text)
    {
        const int most = 200;
        var line = text.ReplaceLineEndings(" ");
        return line.Length > most ? line[..most] + "..." : line;
    }
}
