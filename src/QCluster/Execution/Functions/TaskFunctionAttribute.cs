namespace QCluster;

/// <summary>
/// Makes a method a task function, which can be enqueued by name and run by a worker. Any method qualifies: static or
/// instance (dependency injection creates its class for every call), public or not, synchronous or not.
/// </summary>
/// <remarks>Several attributes on one method give it several names.</remarks>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true, Inherited = false)]
public class TaskFunctionAttribute : Attribute
{
    /// <summary>Registers the method under its full name, <c>Namespace.Type.Method</c>.</summary>
    public TaskFunctionAttribute()
    {
    }

    /// <summary>Registers the method under a separate name, which stays when the method is renamed.</summary>
    /// <param name="name">The name, such as <c>math.copysign</c>: at most 256 characters, none of them blank or a control character.</param>
    public TaskFunctionAttribute(string name) => Name = name;

    /// <summary>The name, or null for the method's full name.</summary>
    public string? Name { get; }

    /// <summary>The time-out after which the token is cancelled, unless a call gives one: a duration such as <c>30s</c>.</summary>
    /// <value>Default null: the cluster's <c>timeout</c>.</value>
    public string? Timeout { get; set; }

    /// <summary>The hard time limit after which the process is killed, unless a call gives one: a duration.</summary>
    /// <value>Default null: the cluster's grace period after the time-out, if there is one.</value>
    public string? TimeLimit { get; set; }

    /// <summary>The maximum number of attempts, unless a call gives one; 0: no limit.</summary>
    /// <value>Default -1: the cluster's <c>max_attempts</c>.</value>
    public int MaxAttempts { get; set; } = -1;

    /// <summary>The upper bound of the retry delay after the first failure, a duration; it doubles with each further failure.</summary>
    /// <value>Default null: the cluster's <c>retry_backoff</c>.</value>
    public string? RetryBackoff { get; set; }

    /// <summary>The upper bound of all retry delays: a duration.</summary>
    /// <value>Default null: the cluster's <c>retry_backoff_max</c>.</value>
    public string? RetryBackoffMax { get; set; }

    /// <summary>The exception types, or their base types, after which the task is retried; a time-out counts as <see cref="TimeoutException"/>.</summary>
    /// <value>Default null: all.</value>
    public Type[]? RetryOn { get; set; }

    /// <summary>The exception types, or their base types, after which the task is never retried.</summary>
    /// <value>Default null: none.</value>
    public Type[]? DontRetryOn { get; set; }

    /// <summary>The maximum rate of starts, over all clusters of a queue: see <see cref="QCluster.RateLimit.Parse"/>.</summary>
    /// <value>Default null: no limit.</value>
    public string? RateLimit { get; set; }

    /// <summary>Keeps neither value nor record of a success, for every call.</summary>
    public bool IgnoreResult { get; set; }

    /// <summary>Sends no error mails for this function.</summary>
    public bool DisableErrorEmails { get; set; }
}
