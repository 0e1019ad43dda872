using QCluster.Hosting.Settings;

namespace QCluster.Hosting.Monitor.Mail;

/// <summary>
/// Sends mails over one connection, which it opens for the first of them. An implementation has a constructor that takes <see cref="MailSettings"/>
/// and a <see cref="TimeProvider"/>.
/// </summary>
internal interface IMailSender : IAsyncDisposable
{
    /// <summary>Sends one mail. After an error other than a refused mail the sender cannot be used again.</summary>
    /// <returns>The recipients that the server refused while it accepted others, each with its reply.</returns>
    /// <exception cref="MailException">The mail was not sent; the message gives the reason and the remedy.</exception>
    Task<IReadOnlyList<string>> SendAsync(ErrorMail mail, CancellationToken cancellationToken);
}
