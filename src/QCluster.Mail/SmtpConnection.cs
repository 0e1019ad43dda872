using System.Globalization;
using MailKit.Net.Smtp;
using MimeKit;

namespace QCluster.Mail;

/// <summary>MailKit's client, for which one refused recipient does not keep a mail from the others.</summary>
internal sealed class SmtpConnection : SmtpClient
{
    private readonly List<(MailboxAddress Mailbox, SmtpResponse Response)> _refused = [];

    /// <summary>The recipients of the mail that were refused, each with the server's answer.</summary>
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
