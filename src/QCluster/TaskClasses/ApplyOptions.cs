namespace QCluster.TaskClasses;

/// <summary>Options of one call of a task class. A null value means that of the class. The names are those of Celery's <c>apply_async</c>.</summary>
public sealed record ApplyOptions
{
    /// <summary>The delay until the earliest start. Takes precedence over <see cref="Eta"/>, as in Celery.</summary>
    public TimeSpan? Countdown { get; init; }

    /// <summary>The earliest start.</summary>
    public DateTimeOffset? Eta { get; init; }

    /// <summary>The latest start; after it the task fails instead of running.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>The queue.</summary>
    public string? Queue { get; init; }

    /// <summary>The priority, 0 to 9; higher numbers start first.</summary>
    public int? Priority { get; init; }

    /// <summary>Fails the call if no live cluster serves the queue, or none of them has the task.</summary>
    public bool? Mandatory { get; init; }

    /// <summary>Fails the call if no slot is free now.</summary>
    public bool? Immediate { get; init; }

    /// <summary>Keeps no value and no record of a success.</summary>
    public bool? IgnoreResult { get; init; }

    /// <summary>The maximum number of retries; below 0 = no limit.</summary>
    public int? MaxRetries { get; init; }

    /// <summary>The time after which its process is killed, from 1 ms. Null: that of the class.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>The time after which its token is cancelled, from 1 ms. Null: that of the class.</summary>
    public TimeSpan? SoftTimeLimit { get; init; }

    /// <summary>A registered function that gets the record once the task has ended: Celery's <c>link</c> and <c>link_error</c> in one.</summary>
    public string? Hook { get; init; }

    /// <summary>All further options of the task.</summary>
    public TaskOptions? More { get; init; }

    /// <summary>These options upon those of a class.</summary>
    internal TaskOptions Over(TaskOptions of)
    {
        var more = More ?? new TaskOptions();
        return more with
        {
            Delay = Countdown ?? more.Delay,
            Eta = Countdown is null && more.Delay is null ? Eta ?? more.Eta : null,
            Expires = Expires ?? more.Expires,
            Queue = Queue ?? more.Queue ?? of.Queue,
            Priority = Priority ?? (more.Priority == TaskPriority.Normal ? of.Priority : more.Priority),
            Immediate = Immediate ?? (more.Immediate || (of.Immediate && Countdown is null && Eta is null)),
            Mandatory = Mandatory ?? (more.Mandatory || of.Mandatory),
            IgnoreResult = IgnoreResult ?? (more.IgnoreResult || of.IgnoreResult),
            MaxRetries = MaxRetries ?? more.MaxRetries,
            TimeLimit = TimeLimit ?? more.TimeLimit,
            Timeout = SoftTimeLimit ?? more.Timeout,
            Hook = Hook ?? more.Hook,
            RateLimit = more.RateLimit ?? of.RateLimit,
        };
    }
}
