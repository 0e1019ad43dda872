namespace QCluster;

/// <summary>
/// Makes a method a task function: something that may be enqueued by name and run by a worker. Any method qualifies: static or
/// instance (its class is then made through dependency injection for every call), public or not, synchronous or not.
/// </summary>
/// <remarks>Several attributes on one method give it several names.</remarks>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true, Inherited = false)]
public class TaskFunctionAttribute : Attribute
{
    /// <summary>Registers the method under its full name, <c>Namespace.Type.Method</c>.</summary>
    public TaskFunctionAttribute()
    {
    }

    /// <summary>Registers the method under a name of its own, which outlives renaming the method.</summary>
    /// <param name="name">The name, such as <c>math.copysign</c>: at most 256 characters, none of them blank or a control character.</param>
    public TaskFunctionAttribute(string name) => Name = name;

    /// <summary>The name, or null for the method's full name.</summary>
    public string? Name { get; }

    /// <summary>When its token is cancelled, unless its call says otherwise: a duration such as <c>30s</c>.</summary>
    /// <value>Default null: as the cluster says.</value>
    public string? Timeout { get; set; }

    /// <summary>When its process is killed, unless its call says otherwise: a duration.</summary>
    /// <value>Default null: the cluster's grace after its time-out, if it has one.</value>
    public string? TimeLimit { get; set; }

    /// <summary>How often it may fail before it has failed for good, unless its call says otherwise; 0 = any number of times.</summary>
    /// <value>Default -1: as the cluster says (<c>max_attempts</c>).</value>
    public int MaxAttempts { get; set; } = -1;

    /// <summary>The longest pause after the first failure; it doubles with each further one: a duration.</summary>
    /// <value>Default null: as the cluster says (<c>retry_backoff</c>).</value>
    public string? RetryBackoff { get; set; }

    /// <summary>What that pause never passes: a duration.</summary>
    /// <value>Default null: as the cluster says (<c>retry_backoff_max</c>).</value>
    public string? RetryBackoffMax { get; set; }

    /// <summary>It is tried again only after exceptions of these types, or derived from them; a time-out counts as <see cref="TimeoutException"/>.</summary>
    /// <value>Default null: after any.</value>
    public Type[]? RetryOn { get; set; }

    /// <summary>It is never tried again after exceptions of these types, or derived from them.</summary>
    /// <value>Default null: none.</value>
    public Type[]? DontRetryOn { get; set; }

    /// <summary>How many of it may start in which time, over all clusters of a queue: see <see cref="QCluster.RateLimit.Parse"/>.</summary>
    /// <value>Default null: any number.</value>
    public string? RateLimit { get; set; }

    /// <summary>Keep no value and no record of a success, whatever its call says.</summary>
    public bool IgnoreResult { get; set; }

    /// <summary>Send no mail when it has failed for good.</summary>
    public bool DisableErrorEmails { get; set; }
}
