using System.Net.Mail;

namespace QCluster.Hosting.Settings;

/// <summary>How failures are told of by mail. Only the monitor gets it.</summary>
internal sealed record MailSettings
{
    public required string Host { get; init; }

    public required int Port { get; init; }

    public bool Tls { get; init; }

    public string? User { get; init; }

    public string? Password { get; init; }

    public required string From { get; init; }

    public required IReadOnlyList<string> To { get; init; }

    public required string Subject { get; init; }

    public required int Limit { get; init; }

    /// <summary>Null when no mails are wanted.</summary>
    /// <exception cref="InvalidSettingException">They are wanted, and cannot be sent like this.</exception>
    public static MailSettings? Read(ClusterOptions options)
    {
        if (string.IsNullOrEmpty(options.Smtp))
        {
            return options.ErrorMailTo.Count == 0 ? null : throw new InvalidSettingException("error_mail_to", string.Join(',', options.ErrorMailTo), "name the mail server too: smtp=smtp://host:25");
        }

        // Its text holds the password, so it is not shown.
        if (!Uri.TryCreate(options.Smtp, UriKind.Absolute, out var server) || server.Scheme is not ("smtp" or "smtps") || server.Host.Length == 0)
            throw new InvalidSettingException("smtp", null, "write smtp://host:port, smtp://user:password@host:port, or smtps:// for TLS by STARTTLS");
        if (options.ErrorMailTo.Count == 0)
            throw new InvalidSettingException("error_mail_to", null, "say whom mails go to, or leave smtp out");
        var from = options.ErrorMailFrom ?? $"qcluster@{Environment.MachineName}";
        foreach (var (setting, address) in options.ErrorMailTo.Select(to => ("error_mail_to", to)).Append(("error_mail_from", from)))
        {
            if (!MailAddress.TryCreate(address, out _))
                throw new InvalidSettingException(setting, address, "write a mail address such as ops@example.org");
        }

        var user = server.UserInfo.Split(':', 2);
        return new MailSettings
        {
            Host = server.Host,
            Port = server.IsDefaultPort || server.Port < 0 ? (server.Scheme == "smtps" ? 587 : 25) : server.Port,
            Tls = server.Scheme == "smtps",
            User = user[0].Length == 0 ? null : Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
            From = from,
            To = [.. options.ErrorMailTo],
            Subject = options.ErrorMailSubject,
            Limit = options.ErrorMailLimit,
        };
    }
}
