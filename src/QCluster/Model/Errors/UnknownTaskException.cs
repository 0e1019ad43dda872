namespace QCluster;

/// <summary>No task of this id is known: it was never enqueued here, or its record has expired.</summary>
public sealed class UnknownTaskException : QClusterException
{
    /// <summary>Creates the error.</summary>
    /// <param name="id">The id.</param>
    public UnknownTaskException(string id)
        : base($"The task '{id}' is unknown: it was never enqueued under this cluster name and Redis, or its record has expired (result_ttl).")
        => TaskId = id;

    /// <summary>The id.</summary>
    public string TaskId { get; }
}
