namespace QCluster.Wire.Packets;

/// <summary>The options of a task's retries, from its call or its function. Null: not set.</summary>
internal sealed record RetryOptions
{
    public static readonly RetryOptions None = new();

    // A new option takes a property, a line here and a line in Over. A key once used is never given another meaning.
    public static readonly PacketOption[] Rows =
    [
        PacketOption.Count(15, static p => p.Retry.MaxAttempts, static (p, value) => p.Retry = p.Retry with { MaxAttempts = value }),
        PacketOption.Milliseconds(16, static p => p.Retry.Backoff, static (p, value) => p.Retry = p.Retry with { Backoff = value }),
        PacketOption.Milliseconds(17, static p => p.Retry.BackoffMax, static (p, value) => p.Retry = p.Retry with { BackoffMax = value }),
        PacketOption.Flag(18, static p => p.Retry.NoJitter, static (p, value) => p.Retry = p.Retry with { NoJitter = value }),
        PacketOption.Text(19, static p => p.Retry.On, static (p, value) => p.Retry = p.Retry with { On = value }),
        PacketOption.Text(20, static p => p.Retry.Never, static (p, value) => p.Retry = p.Retry with { Never = value }),
        PacketOption.Count(30, static p => p.Retry.MaxRetries, static (p, value) => p.Retry = p.Retry with { MaxRetries = value }),
    ];

    /// <summary>The maximum number of attempts; 0: no limit.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>The maximum number of retries that the task requests itself; <see cref="int.MaxValue"/>: no limit.</summary>
    public int? MaxRetries { get; init; }

    /// <summary>The upper bound of the retry delay after the first failure; it doubles with each further one.</summary>
    public TimeSpan? Backoff { get; init; }

    /// <summary>The upper bound of all retry delays.</summary>
    public TimeSpan? BackoffMax { get; init; }

    /// <summary>Retry delays are their upper bounds, instead of random parts of them.</summary>
    public bool NoJitter { get; init; }

    /// <summary>The exception types after which alone the task is retried, separated by semicolons.</summary>
    public string? On { get; init; }

    /// <summary>The exception types after which the task is never retried.</summary>
    public string? Never { get; init; }

    /// <summary>These options, and those of <paramref name="defaults"/> where they say nothing. What is said of the number of attempts is a decision of <c>RetryPolicy</c>.</summary>
    public RetryOptions Over(RetryOptions defaults) => ReferenceEquals(defaults, None) ? this : this with
    {
        Backoff = Backoff ?? defaults.Backoff,
        BackoffMax = BackoffMax ?? defaults.BackoffMax,
        NoJitter = NoJitter || defaults.NoJitter,
        On = On ?? defaults.On,
        Never = Never ?? defaults.Never,
    };
}
