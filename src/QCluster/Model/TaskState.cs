namespace QCluster;

/// <summary>The state of a task.</summary>
public enum TaskState
{
    /// <summary>Waiting in its queue.</summary>
    Queued = 0,

    /// <summary>Waiting for its due time (<c>Delay</c> or <c>Eta</c>).</summary>
    Delayed = 1,

    /// <summary>Handed to a worker: running, or next in line there.</summary>
    Running = 2,

    /// <summary>Finished with a value. Final.</summary>
    Succeeded = 3,

    /// <summary>Finished with an error: see <see cref="TaskError"/>. Final.</summary>
    Failed = 4,

    /// <summary>Cancelled before it finished. Final.</summary>
    Cancelled = 5,
}
