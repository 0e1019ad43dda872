using QCluster.Wire.Packets;

namespace QCluster.Execution.Functions;

/// <summary>The options that a function declares. A call takes precedence.</summary>
internal sealed record FunctionDefaults
{
    public static FunctionDefaults None { get; } = new();

    public RetryOptions Retry { get; init; } = RetryOptions.None;

    /// <summary>The retry delay of a task that requests a retry without one.</summary>
    public TimeSpan? RetryDelay { get; init; }

    public LimitOptions Limits { get; init; } = LimitOptions.None;

    public ResultOptions Result { get; init; } = ResultOptions.None;

    public static FunctionDefaults Of(TaskFunctionAttribute attribute, string function)
    {
        return new FunctionDefaults
        {
            Retry = new RetryOptions
            {
                MaxAttempts = attribute.MaxAttempts < 0 ? null : attribute.MaxAttempts,
                Backoff = Duration(nameof(attribute.RetryBackoff), attribute.RetryBackoff),
                BackoffMax = Duration(nameof(attribute.RetryBackoffMax), attribute.RetryBackoffMax),
                On = Names(attribute.RetryOn),
                Never = Names(attribute.DontRetryOn),
            },
            Limits = new LimitOptions
            {
                Timeout = Duration(nameof(attribute.Timeout), attribute.Timeout),
                TimeLimit = Duration(nameof(attribute.TimeLimit), attribute.TimeLimit),
                Rate = RateOf(function, attribute.RateLimit)?.ToString(),
            },
            Result = new ResultOptions { Ignore = attribute.IgnoreResult, NoErrorMail = attribute.DisableErrorEmails },
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
        if (Limits.Rate is not { } rate || packet.Limits.Rate is not null || TaskElement.HasItem(element, 'l'))
            return null;
        var limits = new FollowUps();
        limits.AddRate(RateLimit.Parse(rate), packet.Func);
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
