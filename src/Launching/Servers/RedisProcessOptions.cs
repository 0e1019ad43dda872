namespace QCluster.Launching.Servers;

/// <summary>How a redis-server process is started.</summary>
internal sealed record RedisProcessOptions
{
    /// <summary>Null = the redis-server on PATH.</summary>
    public ServerProgram? Program { get; init; }

    /// <summary>Null = a free one; if another process takes it before the server does, another free one.</summary>
    public int? Port { get; init; }

    /// <summary>Where its data go. Null = a temporary folder, which is deleted at the end.</summary>
    public string? Folder { get; init; }

    /// <summary>Null = none.</summary>
    public string? Password { get; init; }

    /// <summary>A file of settings, relative to the folder; it stands before all arguments.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>Further arguments, as on the command line.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>In a session of its own, so that a Ctrl-C for the whole process group does not stop it.</summary>
    public bool OwnSession { get; init; }

    /// <summary>Whether it is killed when this process ends in whichever way.</summary>
    public bool EndsWithThisProcess { get; init; }

    /// <summary>What a user can do where no redis-server is installed, beside installing one.</summary>
    public string Otherwise { get; init; } = "Name a running Redis";
}
