namespace QCluster.Wire.Packets;

/// <summary>The limits of a task's duration and concurrency, from its call or its function. Null: not set.</summary>
internal sealed record LimitOptions
{
    public static readonly LimitOptions None = new();

    // A new option takes a property and a line here. A key once used is never given another meaning.
    public static readonly PacketOption[] Rows =
    [
        PacketOption.Milliseconds(2, static p => p.Limits.Timeout, static (p, value) => p.Limits = p.Limits with { Timeout = value }),
        PacketOption.Count(7, static p => p.Limits.MaxLost, static (p, value) => p.Limits = p.Limits with { MaxLost = value }),
        PacketOption.Milliseconds(21, static p => p.Limits.TimeLimit, static (p, value) => p.Limits = p.Limits with { TimeLimit = value }),
        PacketOption.Text(22, static p => p.Limits.Rate, static (p, value) => p.Limits = p.Limits with { Rate = value }),
        PacketOption.Text(23, static p => p.Limits.RateKey, static (p, value) => p.Limits = p.Limits with { RateKey = value }),
        PacketOption.Count(24, static p => p.Limits.Concurrency, static (p, value) => p.Limits = p.Limits with { Concurrency = value }),
        PacketOption.Text(25, static p => p.Limits.ConcurrencyKey, static (p, value) => p.Limits = p.Limits with { ConcurrencyKey = value }),
    ];

    /// <summary>The time-out after which the token is cancelled.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The time limit after which the process is killed.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>The number of lost workers after which the task is dead-lettered.</summary>
    public int? MaxLost { get; init; }

    /// <summary>The rate limit, such as <c>100/s</c>.</summary>
    public string? Rate { get; init; }

    /// <summary>The key that shares the rate limit; null: the function.</summary>
    public string? RateKey { get; init; }

    /// <summary>The maximum number of running tasks with the same concurrency key.</summary>
    public int? Concurrency { get; init; }

    /// <summary>The key that shares the concurrency limit; null: no such limit.</summary>
    public string? ConcurrencyKey { get; init; }
}
