namespace QCluster.TestSupport;

/// <summary>How a private server is started.</summary>
public sealed record RedisServerOptions
{
    public bool AppendOnly { get; init; }

    public string? Password { get; init; }

    /// <summary>It watches others, as Redis Sentinel, and keeps no data.</summary>
    public bool Sentinel { get; init; }

    /// <summary>As on the command line: <c>"--maxmemory", "2mb"</c>.</summary>
    public IReadOnlyList<string> ExtraArguments { get; init; } = [];
}
