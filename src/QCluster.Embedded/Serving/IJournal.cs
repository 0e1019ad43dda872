namespace QCluster.Embedded.Serving;

/// <summary>The append-only file.</summary>
internal interface IJournal
{
    /// <summary>Whether something has been written since the last commit.</summary>
    bool HasChanged { get; }

    /// <summary>The operating system has all that was written before.</summary>
    /// <exception cref="IOException">It has not, and the server must end.</exception>
    void Commit();

    /// <summary>Writes all data, and begins the append-only file again. Nothing else runs meanwhile.</summary>
    /// <exception cref="IOException">It cannot be done, and the server must end.</exception>
    void Checkpoint();
}
