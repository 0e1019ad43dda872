using System.Globalization;
using System.Text;
using System.Text.Json;
using QCluster.Hosting.Children;

namespace QCluster.Hosting.Monitor.Mail;

/// <summary>Writes the error mails of one queue.</summary>
internal sealed class ErrorMailComposer(ChildSettings settings, string subject, string queue)
{
    /// <summary>About one task.</summary>
    public ErrorMail Compose(TaskRecord record) => new(OneLine(Fill(record)), BodyOf(record));

    /// <summary>About all the rest.</summary>
    public ErrorMail Summarise(IReadOnlyList<TaskRecord> failed) =>
        new(OneLine($"[{settings.Options.Name}@{Environment.MachineName}] {failed.Count} more tasks of the queue {queue} have failed"), SummaryOf(failed));

    private string Fill(TaskRecord record) => subject
        .Replace("{name}", settings.Options.Name, StringComparison.Ordinal)
        .Replace("{host}", Environment.MachineName, StringComparison.Ordinal)
        .Replace("{label}", settings.Options.Label ?? "", StringComparison.Ordinal)
        .Replace("{queue}", queue, StringComparison.Ordinal)
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

    private static string SummaryOf(IReadOnlyList<TaskRecord> failed)
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
        var text = JsonSerializer.Serialize(value);
        return text.Length > most ? text[..most] + "..." : text;
    }

    private static string OneLine(string text)
    {
        const int most = 200;
        var line = text.ReplaceLineEndings(" ");
        return line.Length > most ? line[..most] + "..." : line;
    }
}
