using QCluster.Wire.Packets;

namespace QCluster.Execution.Functions;

/// <summary>The options of a function, for calls without their own.</summary>
internal sealed record FunctionDefaults
{
    public static FunctionDefaults None { get; } = new();

    /// <summary>The time after which its token is cancelled.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The time after which its process is killed.</summary>
    public TimeSpan? TimeLimit { get; init; }

    public int? MaxAttempts { get; init; }

    /// <summary>The maximum number of retries that the task requests itself; <see cref="int.MaxValue"/> = no limit.</summary>
    public int? MaxRetries { get; init; }

    public TimeSpan? RetryBackoff { get; init; }

    public TimeSpan? RetryBackoffMax { get; init; }

    public bool NoJitter { get; init; }

    public string? RetryOn { get; init; }

    public string? DontRetryOn { get; init; }

    /// <summary>The retry delay of a requested retry without one.</summary>
    public TimeSpan? RetryDelay { get; init; }

    public RateLimit? Rate { get; init; }

    public bool IgnoreResult { get; init; }

    public bool NoErrorMail { get; init; }

    public static FunctionDefaults Of(TaskFunctionAttribute attribute, string function)
    {
        return new FunctionDefaults
        {
            Timeout = Duration(nameof(attribute.Timeout), attribute.Timeout),
            TimeLimit = Duration(nameof(attribute.TimeLimit), attribute.TimeLimit),
            MaxAttempts = attribute.MaxAttempts < 0 ? null : attribute.MaxAttempts,
            RetryBackoff = Duration(nameof(attribute.RetryBackoff), attribute.RetryBackoff),
            RetryBackoffMax = Duration(nameof(attribute.RetryBackoffMax), attribute.RetryBackoffMax),
            RetryOn = Names(attribute.RetryOn),
            DontRetryOn = Names(attribute.DontRetryOn),
            Rate = RateOf(function, attribute.RateLimit),
            IgnoreResult = attribute.IgnoreResult,
            NoErrorMail = attribute.DisableErrorEmails,
        };

        TimeSpan? Duration(string property, string? text)
        {
            if (text is null)
                return null;
            return Durations.TryParse(text, out var duration)
                ? duration
                : throw new InvalidFunctionException(function, $"its attribute says {property} = \"{text}\". Write a duration such as 500ms, 2s, 5m or 1h.");
        }
    }

    /// <summary>The limits that an element does not contain, as items of its follow-ups; null if it contains all.</summary>
    public byte[]? LimitsOf(TaskPacket packet, ReadOnlySpan<byte> element)
    {
        if (Rate is not { } rate || packet.Rate is not null || TaskElement.HasItem(element, 'l'))
            return null;
        var limits = new FollowUps();
        limits.AddRate(rate, packet.Func);
        return limits.ToItems();
    }

    public static RateLimit? RateOf(string function, string? text)
    {
        if (text is null)
            return null;
        try
        {
            return RateLimit.Parse(text);
        }
        catch (ArgumentException e)
        {
            throw new InvalidFunctionException(function, e.Message);
        }
    }

    private static string? Names(Type[]? types) => ErrorType.Join(types?.Select(ErrorType.FromType).ToArray());
}
