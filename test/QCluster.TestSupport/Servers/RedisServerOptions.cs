namespace QCluster.TestSupport;

/// <summary>How a private server is started.</summary>
public sealed record RedisServerOptions
{
    public bool AppendOnly { get; init; }

    public string? Password { get; init; }

    /// <summary>It watches others, as Redis Sentinel, and keeps no data.</summary>
    public bool Sentinel { get; init; }

    /// <summary>With these it has a second port, for TLS. Null = none.</summary>
    public TlsFiles? Tls { get; init; }

    /// <summary>As on the command line: <c>"--maxmemory", "2mb"</c>.</summary>
    public IReadOnlyList<string> ExtraArguments { get; init; } = [];

    /// <summary>The settings that a server has wherever it runs; address, port and folder are the place's.</summary>
    internal IReadOnlyList<string> Arguments(int tlsPort, TlsFiles? files) => Sentinel ? ["--sentinel"] :
    [
        "--save", "", "--appendonly", AppendOnly ? "yes" : "no", "--appendfsync", "everysec",
        .. files is null ? (string[])[] : ["--tls-port", $"{tlsPort}", "--tls-cert-file", files.Certificate, "--tls-key-file", files.Key, "--tls-auth-clients", "no"],
        .. ExtraArguments,
    ];
}
