namespace QCluster;

/// <summary>The task whose value was requested did not succeed.</summary>
public sealed class TaskFailedException : QClusterException
{
    /// <summary>Creates the error.</summary>
    /// <param name="id">The task.</param>
    /// <param name="func">Its function, if known.</param>
    /// <param name="error">The error of the task.</param>
    public TaskFailedException(string id, string? func, TaskError error)
        : base($"The task {id}{(func is null ? "" : $" ({func})")} did not succeed ({error.Reason}): {(error.Type is null ? "" : error.Type + ": ")}{error.Message}")
    {
        TaskId = id;
        Error = error;
    }

    /// <summary>The id of the task.</summary>
    public string TaskId { get; }

    /// <summary>The error: reason, remote type, message and stack.</summary>
    public TaskError Error { get; }
}
