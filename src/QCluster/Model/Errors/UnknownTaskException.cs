namespace QCluster;

/// <summary>No task of this id is known: it was never enqueued here, or its record has expired. For a group, chain, set or iteration: the record of a member was not kept; the message names it.</summary>
public sealed class UnknownTaskException : QClusterException
{
    /// <summary>Creates the error.</summary>
    /// <param name="id">The id.</param>
    public UnknownTaskException(string id)
        : base($"The task '{id}' is unknown: it was never enqueued under this cluster name and Redis, or its record has expired (result_ttl).")
        => TaskId = id;

    internal UnknownTaskException(string id, string message)
        : base(message)
        => TaskId = id;

    /// <summary>The id.</summary>
    public string TaskId { get; }
}
