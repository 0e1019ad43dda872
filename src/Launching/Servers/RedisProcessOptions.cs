namespace QCluster.Launching.Servers;

/// <summary>The options of a redis-server process.</summary>
internal sealed record RedisProcessOptions
{
    /// <summary>Null = a free one; if another process takes it before the server does, another free one.</summary>
    public int? Port { get; init; }

    /// <summary>The folder of the data. Null: a temporary folder, which is deleted at the end.</summary>
    public string? Folder { get; init; }

    /// <summary>Null = none.</summary>
    public string? Password { get; init; }

    /// <summary>A file of settings, relative to the folder; it stands before all arguments.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>Further arguments, as on the command line.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>In a session of its own, so that a Ctrl-C for the whole process group does not stop it.</summary>
    public bool OwnSession { get; init; }

    /// <summary>Kills the server when this process ends, in any way.</summary>
    public bool EndsWithThisProcess { get; init; }

    /// <summary>The alternative to installing a redis-server, for the error message.</summary>
    public string Otherwise { get; init; } = "Name a running Redis";
}
