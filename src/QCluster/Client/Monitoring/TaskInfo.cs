namespace QCluster;

/// <summary>Information about an unfinished task.</summary>
public sealed record TaskInfo
{
    /// <summary>The id of the task.</summary>
    public required string Id { get; init; }

    /// <summary>The name of its function.</summary>
    public required string Task { get; init; }

    /// <summary>The name shown with it, or null.</summary>
    public string? Name { get; init; }

    /// <summary>The place of the run: a slot of a shared worker process, or a process of its own.</summary>
    public required BackgroundTaskType Type { get; init; }

    /// <summary>The priority, 0 to 9.</summary>
    public required int Priority { get; init; }

    /// <summary>The queue of the task.</summary>
    public required string Queue { get; init; }

    /// <summary>The time of the enqueue, by the clock of the client.</summary>
    public required DateTimeOffset TimeQueued { get; init; }

    /// <summary>The time of the start by a worker; null while the task waits, and until its cluster has reported it, which takes about a second. As old as the cluster's last heartbeat.</summary>
    public DateTimeOffset? TimeStarted { get; init; }

    /// <summary>The due time of a delayed task.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>The status of the task.</summary>
    public required TaskInfoStatus Status { get; init; }

    /// <summary>The last reported progress, 0 to 1; null without a report. As old as the cluster's last heartbeat.</summary>
    public double? Progress { get; init; }

    /// <summary>The message of its last progress report; a long message is cut.</summary>
    public string? ProgressMessage { get; init; }

    /// <summary>The cluster of the task.</summary>
    public string? Cluster { get; init; }

    /// <summary>The worker process of the task.</summary>
    public string? Worker { get; init; }

    /// <summary>The number of tasks of the same priority ahead of it; null unless it waits in a queue.</summary>
    public long? Ahead { get; init; }
}
