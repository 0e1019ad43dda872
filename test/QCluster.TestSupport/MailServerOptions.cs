namespace QCluster.TestSupport;

/// <summary>How a <see cref="MailServer"/> behaves.</summary>
public sealed record MailServerOptions
{
    /// <summary>Null = any that is free.</summary>
    public int? Port { get; init; }

    public MailServerTls Tls { get; init; }

    /// <summary>Needed with TLS.</summary>
    public TestCertificate? Certificate { get; init; }

    public bool LoginOnlyOverTls { get; init; }

    /// <summary>Recipients, and what is answered to each.</summary>
    public IReadOnlyDictionary<string, string> Refused { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Texts in a mail's body, and what is answered to such a mail.</summary>
    public IReadOnlyDictionary<string, string> RefusedTexts { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Where it stops to answer: "auth" or "data".</summary>
    public string? Stall { get; init; }
}
