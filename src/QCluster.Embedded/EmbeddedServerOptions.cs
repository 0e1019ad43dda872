using Microsoft.Extensions.Logging;

namespace QCluster;

/// <summary>Describes an <see cref="EmbeddedServer"/>.</summary>
public sealed class EmbeddedServerOptions
{
    /// <summary>The folder of the data. One server has it at a time; it is made, for this user alone, if it is not there.</summary>
    /// <value>Default null: a temporary folder, which is deleted when the server is disposed of.</value>
    public string? Folder { get; init; }

    /// <summary>The port of 127.0.0.1. The server listens to no other address.</summary>
    /// <value>Default null: a free port.</value>
    public int? Port { get; init; }

    /// <summary>The password that clients must give.</summary>
    /// <value>Default null: none, so every program of this machine may use the server.</value>
    public string? Password { get; init; }

    /// <summary>The memory that lists, hashes and sets may take, in bytes. A full server refuses new tasks with the error of a full Redis, and goes on with those it has.</summary>
    /// <value>Default null: a quarter of the memory of the machine or container. 0: no limit.</value>
    public long? MaxMemory { get; init; }

    /// <summary>Whether the data are kept.</summary>
    /// <value>Default true: in an append-only file, of which a new start reads them. False: in memory, until the server ends.</value>
    public bool AppendOnly { get; init; } = true;

    /// <summary>Whether each answer waits until the disk has the data.</summary>
    /// <value>
    /// Default false: an answer waits until the operating system has the data, and the disk follows within a second. The end of the process loses nothing; a
    /// power failure loses up to a second. With true it loses nothing, and each round of requests takes as long as the disk does.
    /// </value>
    public bool FlushAlways { get; init; }

    /// <summary>Receives the log of the server.</summary>
    /// <value>Default null: none.</value>
    public ILoggerFactory? Loggers { get; init; }
}
