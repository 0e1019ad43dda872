namespace QCluster;

/// <summary>A filter of finished tasks. All set conditions must hold.</summary>
public sealed record TaskQuery
{
    /// <summary>The function's registered name.</summary>
    public string? Func { get; init; }

    /// <summary>The group.</summary>
    public string? Group { get; init; }

    /// <summary>The name given with <see cref="TaskOptions.TaskName"/>.</summary>
    public string? Name { get; init; }

    /// <summary>The identity of the cluster that ran the task.</summary>
    public string? Cluster { get; init; }

    /// <summary>The queue.</summary>
    /// <value>Default null: all queues in a database; the client's own queue in Redis.</value>
    public string? Queue { get; init; }

    /// <summary>The earliest end of the task.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The upper bound of the end of the task, exclusive.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Returns the oldest tasks first.</summary>
    /// <value>Default false: newest first.</value>
    public bool OldestFirst { get; init; }

    /// <summary>The maximum number of tasks, 1 to 10,000.</summary>
    /// <value>Default 100.</value>
    public int Limit { get; init; } = 100;

    /// <summary>The end of the previous page: its <see cref="TaskPage.Next"/>.</summary>
    public string? After { get; init; }
}
