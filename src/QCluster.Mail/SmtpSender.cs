using System.Net;
using System.Net.Mail;
using System.Net.Sockets;
using System.Text;
using MailKit.Security;
using MimeKit;
using QCluster.Hosting.Monitor.Mail;
using QCluster.Hosting.Settings;

namespace QCluster.Mail;

/// <summary>Sends error mails over SMTP.</summary>
internal sealed class SmtpSender(MailSettings settings, TimeProvider time) : IMailSender
{
    private static readonly TimeSpan StepLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan GoodbyeLimit = TimeSpan.FromSeconds(1);

    private readonly SmtpProblems _problems = new(settings.Server);
    private SmtpConnection? _connection;

    public async Task<IReadOnlyList<string>> SendAsync(ErrorMail mail, CancellationToken cancellationToken)
    {
        if (_connection is not { IsConnected: true })
        {
            await DisposeAsync().ConfigureAwait(false);
            _connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        }

        using var message = Compose(mail);
        return await StepAsync(SmtpStep.Send, limit => _connection.SendToAcceptedAsync(message, limit), cancellationToken).ConfigureAwait(false);
    }

    private async Task<SmtpConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var socket = await StepAsync(SmtpStep.Connect, ConnectAsync, cancellationToken).ConfigureAwait(false);
        // Revocation is not checked, as for Redis: a private authority rarely publishes a list, and without one every certificate would fail.
        var connection = new SmtpConnection { CheckCertificateRevocation = false, ServerCertificateValidationCallback = _problems.Check };
        try
        {
            await StepAsync(SmtpStep.Greet, limit => connection.ConnectAsync(socket, settings.Server.Host, settings.Server.Port, Options, limit), cancellationToken).ConfigureAwait(false);
            if (settings.Server.User is not null)
                await StepAsync(SmtpStep.LogIn, limit => connection.AuthenticateAsync(Encoding.UTF8, new NetworkCredential(settings.Server.User, settings.Server.Password), limit), cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            connection.Dispose();
            socket.Dispose();
            throw;
        }
    }

    private SecureSocketOptions Options => settings.Server.Encryption switch
    {
        MailEncryption.ImplicitTls => SecureSocketOptions.SslOnConnect,
        MailEncryption.StartTls => SecureSocketOptions.StartTls,
        MailEncryption.StartTlsWhenAvailable => SecureSocketOptions.StartTlsWhenAvailable,
        _ => SecureSocketOptions.None,
    };

    private async Task<Socket> ConnectAsync(CancellationToken limit)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(settings.Server.Host, settings.Server.Port, limit).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private Task StepAsync(SmtpStep step, Func<CancellationToken, Task> run, CancellationToken cancellationToken) => StepAsync(
        step,
        async limit =>
        {
            await run(limit).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    /// <summary>Each step has its own time limit, so that the error can name the step.</summary>
    private async Task<T> StepAsync<T>(SmtpStep step, Func<CancellationToken, Task<T>> run, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(StepLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await run(either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (either.IsCancellationRequested)
        {
            // During a TLS handshake it comes as an error of that.
            cancellationToken.ThrowIfCancellationRequested();
            throw _problems.TimedOut(step, StepLimit, e);
        }
        catch (Exception e)
        {
            if (_problems.Explain(step, e) is { } problem)
                throw problem;
            throw;
        }
    }

    private MimeMessage Compose(ErrorMail mail)
    {
        var message = new MimeMessage { Subject = mail.Subject, Body = new TextPart("plain") { Text = mail.Body } };
        message.From.Add(Mailbox(settings.From));
        message.To.AddRange(settings.To.Select(Mailbox));
        // RFC 3834: prevents automatic replies.
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        return message;
    }

    /// <summary>The same as when the settings were checked.</summary>
    private static MailboxAddress Mailbox(string text)
    {
        var address = new MailAddress(text);
        try
        {
            return new MailboxAddress(address.DisplayName, address.Address);
        }
        catch (ParseException e)
        {
            // MimeKit is a little stricter.
            throw new MailException($"The address '{text}' of error_mail_to or error_mail_from cannot be used: {e.Message}. Write a mail address such as ops@example.org.", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not { } connection)
            return;
        _connection = null;
        using var limit = new CancellationTokenSource(GoodbyeLimit, time);
        await connection.DisconnectAsync(quit: true, limit.Token).ConfigureAwait(false);
        connection.Dispose();
    }
}
