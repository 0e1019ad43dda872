using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace QCluster.Redis;

/// <summary>The trusted authorities and the client certificate for Redis over TLS. Files are read at each connect, so that a renewed certificate needs no restart.</summary>
/// <param name="Ca">A PEM file of the trusted authorities, which replace those of the machine. Null: those of the machine.</param>
/// <param name="Certificate">A PEM file of the client's certificate, with the intermediate ones. Null: none.</param>
/// <param name="Key">A PEM file of its key. Null: the key is in the certificate's file.</param>
/// <param name="Host">The requested name (SNI), which the server's certificate must contain. Null: that of the address.</param>
internal sealed record RedisTls(string? Ca = null, string? Certificate = null, string? Key = null, string? Host = null)
{
    private static readonly RedisTls None = new();

    /// <summary>Null if nothing is set. Paths are made absolute: the processes of a cluster may have different folders.</summary>
    public static RedisTls? Of(string? ca, string? certificate, string? key, string? host)
    {
        var tls = new RedisTls(Full(ca), Full(certificate), Full(key), Text(host));
        return tls == None ? null : tls;
    }

    /// <summary>Reads the files once, so that an unusable one is reported at the start.</summary>
    /// <exception cref="InvalidSettingException">A file is unusable.</exception>
    public void Check()
    {
        if (Key is not null && Certificate is null)
            throw new InvalidSettingException("redis_key", Key, "it needs redis_cert, the certificate that belongs to it");
        if (Ca is not null)
            Checked("redis_ca", Ca, "write the path of a PEM file with the certificates of the authorities to trust", () => Authorities());
        if (Certificate is not null)
            Checked("redis_cert", Certificate, "write the path of a PEM file with the client's certificate, and in redis_key that of its key, without a password", () => Shown());
    }

    /// <summary>The framework's options for a connection.</summary>
    /// <param name="host">The name the server's certificate must carry.</param>
    /// <param name="protocols">The versions of TLS.</param>
    /// <exception cref="RedisTlsFileException">A file is unusable, perhaps only during its renewal.</exception>
    public SslClientAuthenticationOptions OptionsFor(string host, SslProtocols protocols)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = Host ?? host, EnabledSslProtocols = protocols };
        try
        {
            if (Ca is not null)
            {
                options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
                options.CertificateChainPolicy.CustomTrustStore.AddRange(Authorities());
            }

            if (Certificate is not null)
                options.ClientCertificateContext = Shown();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new RedisTlsFileException(error);
        }

        return options;
    }

    private X509Certificate2Collection Authorities()
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(Ca!);
        return authorities.Count > 0 ? authorities : throw new CryptographicException($"{Ca} has no certificate in it.");
    }

    private SslStreamCertificateContext Shown()
    {
        var read = X509Certificate2.CreateFromPemFile(Certificate!, Key);
        // Windows cannot use a key that is only in memory.
        var own = OperatingSystem.IsWindows() ? X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), null) : read;
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(Certificate!);
        return SslStreamCertificateContext.Create(own, [.. all.Where(one => one.Thumbprint != own.Thumbprint)], offline: true);
    }

    private static void Checked(string setting, string file, string expected, Action read)
    {
        try
        {
            read();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new InvalidSettingException(setting, file, $"{expected} ({error.Message.TrimEnd('.')})");
        }
    }

    private static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static string? Full(string? path) => Text(path) is { } given ? Path.GetFullPath(given) : null;
}
