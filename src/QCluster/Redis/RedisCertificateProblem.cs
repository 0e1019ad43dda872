using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace QCluster.Redis;

/// <summary>Describes why the certificate of a Redis server is not accepted.</summary>
internal static class RedisCertificateProblem
{
    private const X509ChainStatusFlags Untrusted = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain;

    /// <summary>Describes the problem of a server's certificate in a sentence.</summary>
    /// <param name="host">The required name.</param>
    /// <param name="certificate">The certificate of the server.</param>
    /// <param name="chain">The checked chain.</param>
    /// <param name="errors">The errors found.</param>
    /// <param name="isOwnAuthority">True if <c>redis_ca</c> sets the trusted authorities.</param>
    public static string Describe(string host, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, bool isOwnAuthority)
    {
        if (certificate is not X509Certificate2 shown)
            return "It showed no certificate.";
        var status = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status) ?? X509ChainStatusFlags.NoError;
        var reasons = new List<string>();
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            reasons.Add($"it is for {NamesOf(shown)}, not for {host}: give the address by a name that it has, or write that name in redis_tls_host");
        if (status.HasFlag(X509ChainStatusFlags.NotTimeValid))
            reasons.Add($"it, or one that it depends on, is not valid now (it is valid from {shown.NotBefore.ToUniversalTime():u} until {shown.NotAfter.ToUniversalTime():u}): renew it, or set this machine's clock");
        if ((status & Untrusted) != X509ChainStatusFlags.NoError)
            reasons.Add(isOwnAuthority ? "no authority in redis_ca has issued it" : "this machine does not trust the authority that issued it: name the authority's PEM file in redis_ca");
        foreach (var rest in chain?.ChainStatus.Where(s => (s.Status & (Untrusted | X509ChainStatusFlags.NotTimeValid)) == X509ChainStatusFlags.NoError) ?? [])
            reasons.Add(rest.StatusInformation.TrimEnd('.', ' '));
        return $"Its certificate is not accepted (subject '{shown.Subject}', issuer '{shown.Issuer}'): {(reasons.Count > 0 ? string.Join("; ", reasons) : errors.ToString())}.";
    }

    private static string NamesOf(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(e => e.EnumerateDnsNames().Concat(e.EnumerateIPAddresses().Select(a => a.ToString()))).ToArray();
        return names.Length > 0 ? string.Join(", ", names) : $"'{certificate.Subject}'";
    }
}
