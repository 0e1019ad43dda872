using QCluster.Execution.Calls;
using QCluster.Execution.Functions;
using QCluster.Model;
using QCluster.Wire.Packets;

namespace QCluster;

/// <summary>Options of one task. A null value means the setting of the function, the client or the cluster.</summary>
public sealed record TaskOptions
{
    /// <summary>The queue of the task. Null: the queue of the client.</summary>
    public string? Queue { get; init; }

    /// <summary>The priority, 0 to 9; higher numbers start first. See <see cref="TaskPriority"/>.</summary>
    /// <value>Default 5.</value>
    public int Priority { get; init; } = TaskPriority.Normal;

    /// <summary>
    /// Runs the task in a worker process of its own, from the cluster's pool (<c>process_workers</c>): its crash, its exit, its
    /// memory use and a kill affect no other task. The same as <c>TT_MP</c> of atasker.
    /// </summary>
    public bool Isolated { get; init; }

    /// <summary>
    /// A registered function that a worker calls with the value after a success, as <c>callback</c> of atasker. It is not called
    /// after a failure: use <see cref="Hook"/> for that.
    /// </summary>
    public string? Callback { get; init; }

    internal TaskLane Lane => TaskLane.Of(Priority, Isolated);

    /// <summary>A name shown with the task; need not be unique.</summary>
    public string? TaskName { get; init; }

    /// <summary>The time-out, at least 1 ms. After it the token is cancelled; after the cluster's grace period the process is killed. In both cases the task fails with <see cref="FailureReason.Timeout"/>. Null: the time-out of the function or the cluster.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>
    /// The hard time limit, at least 1 ms. After it the process is killed, even within the cluster's grace period. The same as Celery's <c>time_limit</c>; its
    /// <c>soft_time_limit</c> is <see cref="Timeout"/>. Enforced with the precision of the cluster's guard cycle.
    /// </summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>The maximum number of attempts, 1 to 65,535; 0: no limit. Attempts that lost their worker do not count: see <see cref="MaxLost"/>. Null: the value of the function or the cluster.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>The maximum number of retries that the task requests itself (<see cref="TaskContext.Retry"/>); below 0: no limit. Null: the value of the function, or one less than <see cref="MaxAttempts"/>, or 3.</summary>
    public int? MaxRetries { get; init; }

    /// <summary>The upper bound of the retry delay after the first failure, from zero to one year. It doubles with each further failure, up to <see cref="RetryBackoffMax"/>. Null: the value of the function or the cluster.</summary>
    public TimeSpan? RetryBackoff { get; init; }

    /// <summary>The upper bound of all retry delays. Null: the value of the function or the cluster.</summary>
    public TimeSpan? RetryBackoffMax { get; init; }

    /// <summary>Randomises the retry delay between zero and its upper bound, so that tasks that failed together are not retried together.</summary>
    /// <value>Default true.</value>
    public bool RetryJitter { get; init; } = true;

    /// <summary>The exception types, or their base types, after which the task is retried; a time-out counts as <see cref="TimeoutException"/>. Null: all.</summary>
    public IReadOnlyList<ErrorType>? RetryOn { get; init; }

    /// <summary>The exception types, or their base types, after which the task is never retried.</summary>
    public IReadOnlyList<ErrorType>? DontRetryOn { get; init; }

    /// <summary>False: retries the task until it succeeds, as with <see cref="MaxAttempts"/> = 0. The name comes from django-q, where a failed task stayed with the broker.</summary>
    public bool? AckFailure { get; init; }

    /// <summary>
    /// The maximum rate of starts of all tasks of the queue with the same <see cref="RateLimitKey"/>, over all clusters. Other tasks wait
    /// parked and block no task. Give all tasks of one key the same limit.
    /// </summary>
    public RateLimit? RateLimit { get; init; }

    /// <summary>The key that shares the rate limit, 1 to 200 characters. Null: the function.</summary>
    public string? RateLimitKey { get; init; }

    /// <summary>The key of a concurrency limit, 1 to 200 characters. At most <see cref="ConcurrencyLimit"/> tasks of the queue with this key run at a time, over all clusters. Other tasks wait parked.</summary>
    public string? ConcurrencyKey { get; init; }

    /// <summary>The maximum number of running tasks with the same <see cref="ConcurrencyKey"/>, at least 1.</summary>
    /// <value>Default 1.</value>
    public int ConcurrencyLimit { get; init; } = 1;

    /// <summary>Fails the call with <see cref="QueueNotServedException"/> if no live cluster serves the queue.</summary>
    public bool Mandatory { get; init; }

    /// <summary>Fails the call with <see cref="NoFreeSlotException"/> if no slot is free now in the clusters that serve the queue. Redis checks this in the same step that enqueues. Only for single calls without a delay.</summary>
    public bool Immediate { get; init; }

    /// <summary>Sends no error mail for this task.</summary>
    public bool DisableErrorEmails { get; init; }

    /// <summary>The delay until the earliest start, from zero to ten years, in milliseconds of the clock of Redis. Not together with <see cref="Eta"/>.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>The earliest start, by the clock of Redis. Not together with <see cref="Delay"/>.</summary>
    public DateTimeOffset? Eta { get; init; }

    /// <summary>The latest start, by the clock of the worker. A task that has not started by then fails with <see cref="FailureReason.Expired"/>.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>
    /// Keeps the record in Redis after the end of the task: true (for <c>result_ttl</c>), false, or a time of at least 1 s. An uncached record goes to the
    /// database, or, without one, is kept among the last <c>save_limit</c> ones.
    /// </summary>
    /// <value>Default null: the client's setting <c>cached</c>, by default off.</value>
    public Caching? Cached { get; init; }

    /// <summary>Keeps neither value nor record of a success: afterwards the task is unknown. Failures are still kept.</summary>
    public bool IgnoreResult { get; init; }

    /// <summary>False: the same as <see cref="IgnoreResult"/>. True: saves a success even if <c>save_limit</c> is negative.</summary>
    public bool? Save { get; init; }

    /// <summary>The label of a group that tasks of one queue share. It needs no registration and may be used again.</summary>
    public string? Group { get; init; }

    /// <summary>
    /// A registered function that takes a <see cref="TaskRecord"/>. It runs on a worker, as a task of its own, when this task has ended:
    /// after a success, a failure, a time-out, a crash and a cancel, cached or not. Exactly one is dispatched.
    /// </summary>
    public string? Hook { get; init; }

    /// <summary>Arguments of the hook, after the record.</summary>
    public IReadOnlyList<object?>? HookArgs { get; init; }

    /// <summary>
    /// The unique key, 1 to 200 characters, per queue. While a task with this key exists, a call enqueues nothing and returns the id of that task. See
    /// <see cref="UniqueWindow"/> for how long. Only for single calls.
    /// </summary>
    public string? UniqueKey { get; init; }

    /// <summary>The time for which <see cref="UniqueKey"/> is held from the first call on, at least 1 ms. Null: until that task has ended.</summary>
    public TimeSpan? UniqueWindow { get; init; }

    /// <summary>
    /// Runs the task in this process, during the call, through the same serialisation, and saves the same record. The client must have the function: in its
    /// <see cref="FunctionRegistry"/>, or, if it was given none, in the program's own assembly. An error is recorded, not thrown; time-outs only cancel the token.
    /// </summary>
    public bool Sync { get; init; }

    /// <summary>The number of lost workers after which the task is dead-lettered, 1 to 200. Null: the cluster's <c>max_lost</c>.</summary>
    public int? MaxLost { get; init; }

    internal RetryOptions ToRetry() => new()
    {
        MaxAttempts = AckFailure == false ? 0 : MaxAttempts,
        MaxRetries = MaxRetries < 0 ? int.MaxValue : MaxRetries,
        Backoff = RetryBackoff,
        BackoffMax = RetryBackoffMax,
        NoJitter = !RetryJitter,
        On = ErrorType.Join(RetryOn),
        Never = ErrorType.Join(DontRetryOn),
    };

    internal LimitOptions ToLimits() => new()
    {
        Timeout = Timeout,
        TimeLimit = TimeLimit,
        MaxLost = MaxLost,
        Rate = RateLimit?.ToString(),
        RateKey = RateLimitKey,
        Concurrency = ConcurrencyKey is null ? null : ConcurrencyLimit,
        ConcurrencyKey = ConcurrencyKey,
    };

    internal ResultOptions ToResult(Caching cached, TimeSpan resultTtl) => new()
    {
        Ttl = (Cached ?? cached).By(resultTtl),
        Ignore = IgnoreResult || Save == false,
        Save = Save == true,
        NoErrorMail = DisableErrorEmails,
    };

    /// <summary>The options of a packet, except those that only matter when it is enqueued.</summary>
    internal static TaskOptions Of(TaskPacket packet) => new()
    {
        TaskName = packet.Name,
        Hook = packet.Hook,
        Group = packet.Group,
        Priority = packet.Priority ?? TaskPriority.Normal,
        Isolated = packet.Isolated,
        Callback = packet.Callback,
        MaxAttempts = packet.Retry.MaxAttempts,
        MaxRetries = packet.Retry.MaxRetries,
        RetryBackoff = packet.Retry.Backoff,
        RetryBackoffMax = packet.Retry.BackoffMax,
        RetryJitter = !packet.Retry.NoJitter,
        RetryOn = packet.Retry.On is { } on ? ErrorType.Split(on) : null,
        DontRetryOn = packet.Retry.Never is { } never ? ErrorType.Split(never) : null,
        Timeout = packet.Limits.Timeout,
        TimeLimit = packet.Limits.TimeLimit,
        MaxLost = packet.Limits.MaxLost,
        RateLimit = packet.Limits.Rate is { } rate ? QCluster.RateLimit.Parse(rate) : null,
        RateLimitKey = packet.Limits.RateKey,
        ConcurrencyKey = packet.Limits.ConcurrencyKey,
        ConcurrencyLimit = packet.Limits.Concurrency ?? 1,
        Cached = packet.Result.Ttl,
        IgnoreResult = packet.Result.Ignore,
        Save = packet.Result.Save ? true : null,
        DisableErrorEmails = packet.Result.NoErrorMail,
    };

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
