using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using QCluster.Hosting.Monitor.Mail;
using QCluster.Hosting.Settings;

namespace QCluster.Mail;

/// <summary>Describes a problem of a mail server with its remedy. Never shows the password.</summary>
internal sealed class SmtpProblems(MailServerAddress server)
{
    private string? _certificate;

    /// <summary>The check of the server's certificate; keeps its problem.</summary>
    public bool Check(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        _certificate = errors == SslPolicyErrors.None ? null : CertificateProblem.Describe(server, certificate as X509Certificate2, chain, errors);
        return errors == SslPolicyErrors.None;
    }

    public MailException TimedOut(SmtpStep step, TimeSpan limit, Exception error)
    {
        var what = step switch
        {
            SmtpStep.Connect => "accepted no connection",
            SmtpStep.Greet => "accepted the connection but did not complete its greeting",
            SmtpStep.LogIn => "did not answer the login",
            _ => "did not take the mail",
        };
        var hint = (step, server.Encryption) switch
        {
            (SmtpStep.Connect, _) => " Check host, port and firewalls.",
            (SmtpStep.Greet, MailEncryption.ImplicitTls) => " If this port begins without TLS (usual for 25 and 587), write smtp:// with ?starttls=required.",
            (SmtpStep.Greet, _) => " If this port expects TLS from the first byte (usual for 465), write smtps://.",
            _ => "",
        };
        return Problem(string.Create(CultureInfo.InvariantCulture, $"{what} within {limit.TotalSeconds:0.#} s.{hint}"), error);
    }

    /// <summary>Null for an error that is not a mail problem.</summary>
    public MailException? Explain(SmtpStep step, Exception error) => error switch
    {
        SslHandshakeException when _certificate is not null => Problem(_certificate, error),
        SslHandshakeException when server.Encryption == MailEncryption.ImplicitTls =>
            Problem($"TLS failed: {Innermost(error)} If this port begins without TLS (usual for 25 and 587), write smtp:// with ?starttls=required.", error),
        SslHandshakeException => Problem($"TLS failed: {Innermost(error)}", error),
        NotSupportedException when step == SmtpStep.Greet =>
            Problem("offers no STARTTLS, which is required. Use a port that does (usual is 587), smtps:// for TLS from the first byte (usual is 465), or, to send without encryption, ?starttls=never.", error),
        NotSupportedException when step == SmtpStep.LogIn =>
            Problem("offers no login that can be used. Some servers offer it only over TLS (?starttls=required, or smtps://); if none is needed, leave user and password out.", error),
        AuthenticationException => Problem($"did not accept the user '{server.User}' with the given password: {error.Message}", error),
        ServiceNotAuthenticatedException => Problem($"wants a login: {error.Message} Give smtp a user and a password.", error),
        SmtpCommandException refused => Refused(refused),
        SocketException => Problem($"cannot be reached: {error.Message}", error),
        NotSupportedException or SmtpProtocolException or IOException => Problem($"failed: {error.Message}", error),
        _ => null,
    };

    private MailException Refused(SmtpCommandException error)
    {
        var answer = string.Create(CultureInfo.InvariantCulture, $"{(int)error.StatusCode} {error.Message}");
        return error.ErrorCode switch
        {
            SmtpErrorCode.RecipientNotAccepted => Problem($"refused every recipient: {error.Message}. Check error_mail_to.", error),
            // 552: too large.
            SmtpErrorCode.MessageNotAccepted or SmtpErrorCode.SenderNotAccepted when error.StatusCode == SmtpStatusCode.ExceededStorageAllocation || (IsFinal(error) && error.ErrorCode == SmtpErrorCode.MessageNotAccepted) =>
                Problem($"refused the mail: {answer}", error, isRefused: true),
            SmtpErrorCode.SenderNotAccepted => Problem($"refused the sender {error.Mailbox?.Address}: {answer} Check error_mail_from.", error),
            _ => Problem($"answered: {answer}", error),
        };
    }

    private static bool IsFinal(SmtpCommandException error) => (int)error.StatusCode is >= 500 and < 600;

    private MailException Problem(string what, Exception error, bool isRefused = false) => new($"The mail server {server} {what}", error) { IsRefused = isRefused };

    private static string Innermost(Exception error) => error.GetBaseException().Message;
}
