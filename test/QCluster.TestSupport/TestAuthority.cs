using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace QCluster.TestSupport;

/// <summary>A certificate authority of the tests' own, in a temporary folder.</summary>
public sealed partial class TestAuthority : IDisposable
{
    /// <summary>The environment variable that names a file of authorities to trust.</summary>
    public const string TrustVariable = "SSL_CERT_FILE";

    private readonly string _folder = Directory.CreateTempSubdirectory("qcluster-ca-").FullName;
    private readonly RSA _key = RSA.Create(2048);
    private readonly X509Certificate2 _certificate;

    public TestAuthority()
    {
        var request = new CertificateRequest("CN=QCluster test authority", _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-10), DateTimeOffset.UtcNow.AddDays(10));
        CertificateFile = Path.Combine(_folder, "authority.pem");
        File.WriteAllText(CertificateFile, _certificate.ExportCertificatePem());
    }

    /// <summary>What a process must trust to accept the certificates issued here.</summary>
    public string CertificateFile { get; }

    /// <summary>A certificate for a name, and for 127.0.0.1 if that name is localhost.</summary>
    /// <param name="name">The name.</param>
    /// <param name="isExpired">Its time is over since yesterday.</param>
    /// <param name="isClient">For a client, not for a server.</param>
    public TestCertificate Issue(string name = "localhost", bool isExpired = false, bool isClient = false)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        if (name == "localhost")
            names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(isClient ? "1.3.6.1.5.5.7.3.2" : "1.3.6.1.5.5.7.3.1")], critical: false));
        var now = DateTimeOffset.UtcNow;
        using var certificate = request.Create(_certificate, now.AddDays(-5), isExpired ? now.AddDays(-1) : now.AddDays(5), RandomNumberGenerator.GetBytes(16));
        return Save(Guid.NewGuid().ToString("N"), certificate, key);
    }

    private TestCertificate Save(string name, X509Certificate2 certificate, RSA key)
    {
        var saved = new TestCertificate(Path.Combine(_folder, name + ".pem"), Path.Combine(_folder, name + ".key"));
        File.WriteAllText(saved.File, certificate.ExportCertificatePem());
        File.WriteAllText(saved.KeyFile, key.ExportPkcs8PrivateKeyPem());
        return saved;
    }

    /// <summary>Has this very process trust it. The runtime asks only once whom to trust, so this must come before the first TLS connection.</summary>
    public void TrustInThisProcess()
    {
        // Environment.SetEnvironmentVariable changes only the runtime's own copy.
        if (SetVariable(TrustVariable, CertificateFile, 1) != 0)
            throw new InvalidOperationException($"setenv failed: {Marshal.GetLastPInvokeError()}");
    }

    [LibraryImport("libc", EntryPoint = "setenv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
