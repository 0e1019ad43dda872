using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using QCluster.Hosting.Settings;

namespace QCluster.Mail;

/// <summary>Describes why a server's certificate is not accepted. The sentence continues after the server's name.</summary>
internal static class CertificateProblem
{
    private const X509ChainStatusFlags Untrusted = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain;

    public static string Describe(MailServerAddress server, X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
            return "showed no certificate.";
        var status = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status) ?? X509ChainStatusFlags.NoError;
        var reasons = new List<string>();
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            reasons.Add($"it is for {NamesOf(certificate)}, not for {server.Host}: write a name that it has in smtp, or give the server a certificate for {server.Host}");
        if (status.HasFlag(X509ChainStatusFlags.NotTimeValid))
            reasons.Add($"it, or one that it depends on, is not valid now (it is from {certificate.NotBefore:u} until {certificate.NotAfter:u}): renew it, or set this machine's clock");
        if ((status & Untrusted) != X509ChainStatusFlags.NoError)
        {
            reasons.Add($"it was issued by '{certificate.Issuer}', which this machine does not trust: add the certificate of that authority to the machine's trusted ones, or on Linux "
                + "name its file in the environment variable SSL_CERT_FILE of the cluster");
        }

        // The remaining cases are rare, and described by the system.
        foreach (var rest in chain?.ChainStatus.Where(s => (s.Status & (Untrusted | X509ChainStatusFlags.NotTimeValid)) == X509ChainStatusFlags.NoError) ?? [])
            reasons.Add(rest.StatusInformation.TrimEnd('.', ' '));
        return $"has a certificate that is not accepted: {(reasons.Count > 0 ? string.Join("; ", reasons) : errors.ToString())}.";
    }

    private static string NamesOf(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(e => e.EnumerateDnsNames().Concat(e.EnumerateIPAddresses().Select(a => a.ToString()))).ToArray();
        return names.Length > 0 ? string.Join(", ", names) : $"'{certificate.Subject}'";
    }
}
