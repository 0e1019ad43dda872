namespace QCluster;

/// <summary>The reason why a call of Redis failed.</summary>
public enum BrokerProblem
{
    /// <summary>No connection, or no reply in time. Whether the command ran is not known; calls of this library are safe to repeat.</summary>
    Unavailable = 0,

    /// <summary>The server accepts no writes: a replica, or a primary without enough replicas or with a failing disk.</summary>
    ReadOnly = 1,

    /// <summary>The server is out of memory (<c>maxmemory</c>).</summary>
    OutOfMemory = 2,

    /// <summary>The server is older than Redis 6.2.</summary>
    TooOld = 3,

    /// <summary>The server refused the user or password.</summary>
    AccessDenied = 4,

    /// <summary>The server replied with another error; the message contains it.</summary>
    Other = 5,

    /// <summary>The server may lose accepted data: it evicts keys (<c>maxmemory-policy</c>), or replicates actively. A cluster refuses to start there.</summary>
    Unsafe = 6,
}
