namespace QCluster.BackgroundTasks;

/// <summary>Options of a background worker.</summary>
public record BackgroundWorkerOptions
{
    /// <summary>The name in logs and of its tasks.</summary>
    /// <value>Default null: the name of the function.</value>
    public string? Name { get; init; }

    /// <summary>The registered function that each run calls in the cluster, its executor. The worker stops when it returns false.</summary>
    public required TaskCall Executor { get; init; }

    /// <summary>The options of each run's task.</summary>
    public TaskOptions Task { get; init; } = new();

    /// <summary>Called with the error of a failed run. The worker continues if it returns true.</summary>
    /// <value>Default null: a failure stops the worker, and <see cref="BackgroundWorker.Completion"/> has the error.</value>
    public Func<Exception, bool>? OnError { get; init; }

    /// <summary>Starts the worker with its host.</summary>
    /// <value>Default true.</value>
    public bool AutoStart { get; init; } = true;
}
