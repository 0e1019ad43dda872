using System.Globalization;
using MailKit.Net.Smtp;
using MimeKit;

namespace QCluster.Mail;

/// <summary>MailKit's client, with a refused recipient that does not affect the others.</summary>
internal sealed class SmtpConnection : SmtpClient
{
    private readonly List<(MailboxAddress Mailbox, SmtpResponse Response)> _refused = [];

    /// <summary>The refused recipients of the mail, each with the server's reply.</summary>
    public IReadOnlyList<string> Refused => [.. _refused.Select(r => $"{r.Mailbox.Address}: {TextOf(r.Response)}")];

    public async Task<IReadOnlyList<string>> SendToAcceptedAsync(MimeMessage message, CancellationToken cancellationToken)
    {
        _refused.Clear();
        await SendAsync(message, cancellationToken).ConfigureAwait(false);
        return Refused;
    }

    protected override void OnRecipientNotAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) => _refused.Add((mailbox, response));

    protected override void OnNoRecipientsAccepted(MimeMessage message) =>
        throw new SmtpCommandException(SmtpErrorCode.RecipientNotAccepted, _refused[0].Response.StatusCode, _refused[0].Mailbox, string.Join("; ", Refused));

    private static string TextOf(SmtpResponse response) => string.Create(CultureInfo.InvariantCulture, $"{(int)response.StatusCode} {response.Response}");
}
