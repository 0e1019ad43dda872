using QCluster.Execution.Calls;
using QCluster.Execution.Functions;
using QCluster.Model;

namespace QCluster;

/// <summary>How one task is to be run. Whatever is null is as the settings of client or cluster say.</summary>
public sealed record TaskOptions
{
    /// <summary>The queue it goes to.</summary>
    public string? Queue { get; init; }

    /// <summary>0 to 9, a higher number is taken first: see <see cref="TaskPriority"/>.</summary>
    /// <value>Default 5.</value>
    public int Priority { get; init; } = TaskPriority.Normal;

    /// <summary>
    /// It gets a worker process to itself for as long as it runs, from the cluster's warm pool (<c>process_workers</c>): its crash, its exit, its
    /// memory and its being killed touch no other task. atasker's <c>TT_MP</c>.
    /// </summary>
    public bool Isolated { get; init; }

    /// <summary>
    /// A registered function that a worker calls with the value once the task has succeeded, as atasker's <c>callback</c>. It is not called
    /// after a failure: for that see <see cref="Hook"/>.
    /// </summary>
    public string? Callback { get; init; }

    internal TaskLane Lane => TaskLane.Of(Priority, Isolated);

    /// <summary>A name shown with the task; need not be unique.</summary>
    public string? TaskName { get; init; }

    /// <summary>How long it may run before its token is cancelled; if it goes on beyond the cluster's grace, its process is killed. Either way it fails with <see cref="FailureReason.Timeout"/>.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>
    /// When it still runs after this time its process is killed, whatever the cluster's grace. As Celery's <c>time_limit</c>; its
    /// <c>soft_time_limit</c> is <see cref="Timeout"/>. Enforced with the precision of the cluster's guard cycle.
    /// </summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>How often it may fail before it has failed for good; 0 = any number of times. A lost worker does not count: see <see cref="MaxLost"/>.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>How often it may be tried again when it asks for that itself (<see cref="TaskContext.Retry"/>); below 0 = without end. Null = as its function says, or one less than <see cref="MaxAttempts"/>, or 3.</summary>
    public int? MaxRetries { get; init; }

    /// <summary>The longest pause after the first failure; it doubles with each further one, up to <see cref="RetryBackoffMax"/>.</summary>
    public TimeSpan? RetryBackoff { get; init; }

    /// <summary>What the pause never passes.</summary>
    public TimeSpan? RetryBackoffMax { get; init; }

    /// <summary>Whether the pause is anything between nothing and its longest, so that many that failed together do not come back together.</summary>
    /// <value>Default true.</value>
    public bool RetryJitter { get; init; } = true;

    /// <summary>It is tried again only after exceptions of these types, or derived from them; a time-out counts as <see cref="TimeoutException"/>. Null = after any.</summary>
    public IReadOnlyList<ErrorType>? RetryOn { get; init; }

    /// <summary>It is never tried again after exceptions of these types, or derived from them.</summary>
    public IReadOnlyList<ErrorType>? DontRetryOn { get; init; }

    /// <summary>False: a failure is not the end of it; it is tried again until it succeeds, as with <see cref="MaxAttempts"/> = 0. From django-q, where it left a failed task to the broker.</summary>
    public bool? AckFailure { get; init; }

    /// <summary>
    /// At most so many starts in such a time, of all tasks of the queue with the same <see cref="RateLimitKey"/>, over all clusters. Others wait
    /// parked, where they hold nobody up. Give all tasks of one key the same limit.
    /// </summary>
    public RateLimit? RateLimit { get; init; }

    /// <summary>What shares the rate limit; null = the function.</summary>
    public string? RateLimitKey { get; init; }

    /// <summary>At most <see cref="ConcurrencyLimit"/> tasks of the queue with this key run at a time, over all clusters. Others wait parked.</summary>
    public string? ConcurrencyKey { get; init; }

    /// <summary>How many with the same <see cref="ConcurrencyKey"/> run at a time.</summary>
    /// <value>Default 1.</value>
    public int ConcurrencyLimit { get; init; } = 1;

    /// <summary>Fail the call with <see cref="QueueNotServedException"/> when no live cluster serves the queue.</summary>
    public bool Mandatory { get; init; }

    /// <summary>Fail the call with <see cref="NoFreeSlotException"/> when no slot is free now in the clusters that serve the queue; decided in Redis, in one step with the enqueueing. Only for single calls.</summary>
    public bool Immediate { get; init; }

    /// <summary>Send no mail when it has failed for good.</summary>
    public bool DisableErrorEmails { get; init; }

    /// <summary>It starts this much later at the earliest, by the clock of Redis, to the millisecond. Not together with <see cref="Eta"/>.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>It starts at this time at the earliest, by the clock of Redis.</summary>
    public DateTimeOffset? Eta { get; init; }

    /// <summary>When a worker gets to it only after this time, it fails with <see cref="FailureReason.Expired"/> instead of running.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>
    /// Whether its record is kept in Redis once it is finished, whatever others there are, and how long: true, false or a time. Otherwise the record goes to the
    /// database, or, where there is none, is kept among the last <c>save_limit</c> ones.
    /// </summary>
    /// <value>Default null: as the client's setting <c>cached</c> says, which is off.</value>
    public Caching? Cached { get; init; }

    /// <summary>Do not keep the value and the record of a success: it is as unknown afterwards as if it had never been. Failures are kept all the same.</summary>
    public bool IgnoreResult { get; init; }

    /// <summary>Whether a success is saved: false is the same as <see cref="IgnoreResult"/>, true saves it even where <c>save_limit</c> is negative.</summary>
    public bool? Save { get; init; }

    /// <summary>A label that tasks of one queue share; it needs no registration and may be used again.</summary>
    public string? Group { get; init; }

    /// <summary>
    /// A registered function that takes a <see cref="TaskRecord"/>. It runs on a worker, as a task of its own, once this task is over:
    /// for a success, a failure, a time-out, a crash and a cancel alike, cached or not. Exactly one is dispatched.
    /// </summary>
    public string? Hook { get; init; }

    /// <summary>Arguments of the hook besides the record.</summary>
    public IReadOnlyList<object?>? HookArgs { get; init; }

    /// <summary>
    /// While a task with this key is there, another one is not enqueued: the call returns the id of the first. Per queue. See
    /// <see cref="UniqueWindow"/> for how long. Only for single calls.
    /// </summary>
    public string? UniqueKey { get; init; }

    /// <summary>How long <see cref="UniqueKey"/> is held from the first call on; null = until that task has ended.</summary>
    public TimeSpan? UniqueWindow { get; init; }

    /// <summary>
    /// Run it here and now, through the same serialisation, and save the same record. The client must have the function: in its
    /// <see cref="FunctionRegistry"/>, or, if it was given none, in the program's own assembly. An error is recorded, not thrown; time-outs only cancel the token.
    /// </summary>
    public bool Sync { get; init; }

    /// <summary>How often it may lose its worker before it is given up, 1 to 200.</summary>
    public int? MaxLost { get; init; }

    internal void Validate()
    {
        if (Queue is not null)
            NameRule.Check(nameof(Queue), Queue);
        if (Hook is not null)
            FunctionRules.CheckCalled(Hook, nameof(Hook));
        if (Callback is not null)
            FunctionRules.CheckCalled(Callback, nameof(Callback));
        if (Priority is < 0 or >= TaskPriority.Count)
            throw new ArgumentOutOfRangeException(nameof(Priority), Priority, "A priority is 0 to 9; higher numbers start first.");
        if (Timeout is { } timeout && timeout < TimeSpan.FromMilliseconds(1))
            throw new ArgumentOutOfRangeException(nameof(Timeout), timeout, "A time-out is at least 1 ms; leave it out for none.");
        if (Delay is { } delay && (delay < TimeSpan.Zero || delay > TimeSpan.FromDays(3650)))
            throw new ArgumentOutOfRangeException(nameof(Delay), delay, "A delay is between zero and ten years.");
        if (Delay is not null && Eta is not null)
            throw new ArgumentException("Give Delay or Eta, not both.", nameof(Eta));
        Caching.Check(Cached, nameof(Cached));
        if (Group is not null)
            GroupLabel.Check(nameof(Group), Group);
        if (TaskName is not null)
            GroupLabel.Check(nameof(TaskName), TaskName);
        if (UniqueKey is { Length: 0 or > 200 })
            throw new ArgumentException("A unique key has 1 to 200 characters.", nameof(UniqueKey));
        if (UniqueWindow is { } window && (UniqueKey is null || window < TimeSpan.FromMilliseconds(1)))
            throw new ArgumentException("A unique window is at least 1 ms, and needs a unique key.", nameof(UniqueWindow));
        if (TimeLimit is { } limit && limit < TimeSpan.FromMilliseconds(1))
            throw new ArgumentOutOfRangeException(nameof(TimeLimit), limit, "A time limit is at least 1 ms; leave it out for none.");
        if (MaxAttempts is < 0 or > ushort.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(MaxAttempts), MaxAttempts, $"MaxAttempts is 1 to {ushort.MaxValue}, or 0 for any number.");
        if (RetryBackoff < TimeSpan.Zero || RetryBackoffMax < TimeSpan.Zero || RetryBackoff > TimeSpan.FromDays(365) || RetryBackoffMax > TimeSpan.FromDays(365))
            throw new ArgumentOutOfRangeException(nameof(RetryBackoff), RetryBackoff, "A retry delay is from zero to one year.");
        if ((RetryOn ?? []).Concat(DontRetryOn ?? []).FirstOrDefault(t => string.IsNullOrWhiteSpace(t.Name) || t.Name.Contains(';', StringComparison.Ordinal)) is { Name: not null } bad)
            throw new ArgumentException($"'{bad.Name}' is not the name of a type of exception.", nameof(RetryOn));
        if (AckFailure == false && MaxAttempts is > 0)
            throw new ArgumentException("AckFailure = false retries without limit; leave out MaxAttempts.", nameof(AckFailure));
        RateLimit?.Checked();
        if (RateLimitKey is not null && RateLimit is null)
            throw new ArgumentException("A rate limit key needs a rate limit.", nameof(RateLimitKey));
        if (RateLimitKey is { Length: 0 or > 200 } || ConcurrencyKey is { Length: 0 or > 200 })
            throw new ArgumentException("The key of a limit has 1 to 200 characters.", nameof(RateLimitKey));
        if (ConcurrencyLimit < 1)
            throw new ArgumentOutOfRangeException(nameof(ConcurrencyLimit), ConcurrencyLimit, "At least one must be allowed to run.");
        if (Immediate && (Delay is not null || Eta is not null))
            throw new ArgumentException("A call with Immediate cannot be delayed.", nameof(Immediate));
        if (Sync && (Delay is not null || Eta is not null))
            throw new ArgumentException("A call with Sync cannot be delayed.", nameof(Sync));
        if (MaxLost is < 1 or > 200)
            throw new ArgumentOutOfRangeException(nameof(MaxLost), MaxLost, "MaxLost is 1 to 200.");
    }
}
