using System.Net.Mail;

namespace QCluster.Hosting.Settings;

/// <summary>The settings of a cluster's error mails. Only the monitor gets them.</summary>
internal sealed record MailSettings
{
    public required MailServerAddress Server { get; init; }

    public required string From { get; init; }

    public required IReadOnlyList<string> To { get; init; }

    public required string Subject { get; init; }

    public required int Limit { get; init; }

    /// <summary>The type that sends them, by its assembly-qualified name: the monitor has no services.</summary>
    public string? Sender { get; init; }

    /// <summary>Null when no mails are wanted.</summary>
    /// <exception cref="InvalidSettingException">Mails are configured, but cannot be sent like this.</exception>
    public static MailSettings? Read(ClusterOptions options)
    {
        if (string.IsNullOrEmpty(options.Smtp))
        {
            return options.ErrorMailTo.Count == 0 ? null : throw new InvalidSettingException("error_mail_to", string.Join(',', options.ErrorMailTo), "name the mail server too: smtp=smtp://host:25");
        }

        var server = MailServerAddress.Parse(options.Smtp);
        if (options.ErrorMailTo.Count == 0)
            throw new InvalidSettingException("error_mail_to", null, "name the recipients of error mails, or leave smtp out");
        var from = options.ErrorMailFrom ?? $"qcluster@{Environment.MachineName}";
        foreach (var (setting, address) in options.ErrorMailTo.Select(to => ("error_mail_to", to)).Append(("error_mail_from", from)))
        {
            if (!MailAddress.TryCreate(address, out _))
                throw new InvalidSettingException(setting, address, "write a mail address such as ops@example.org");
        }

        return new MailSettings
        {
            Server = server,
            From = from,
            To = [.. options.ErrorMailTo],
            Subject = options.ErrorMailSubject,
            Limit = options.ErrorMailLimit,
            Sender = options.MailSender?.AssemblyQualifiedName,
        };
    }
}
