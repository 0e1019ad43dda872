namespace QCluster.Launching.Servers;

/// <summary>The options of a redis-server process.</summary>
internal sealed record RedisProcessOptions
{
    /// <summary>The program. Null: the redis-server on PATH.</summary>
    public ServerProgram? Program { get; init; }

    /// <summary>The port. Null: a free one; if another process takes it first, another free one.</summary>
    public int? Port { get; init; }

    /// <summary>The folder of the data. Null: a temporary folder, which is deleted at the end.</summary>
    public string? Folder { get; init; }

    /// <summary>The password. Null: none.</summary>
    public string? Password { get; init; }

    /// <summary>A settings file, relative to the folder; it precedes all arguments.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>Further arguments, as on the command line.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Starts it in a new session, so that a Ctrl-C for the whole process group does not stop it.</summary>
    public bool OwnSession { get; init; }

    /// <summary>Kills the server when this process ends, in any way.</summary>
    public bool EndsWithThisProcess { get; init; }

    /// <summary>The alternative to installing a redis-server, for the error message.</summary>
    public string Otherwise { get; init; } = "Name a running Redis";
}
