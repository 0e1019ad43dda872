using QCluster.Execution.Functions;
using QCluster.Wire.Packets;

namespace QCluster.Execution.Retries;

/// <summary>Decides whether and when a failed task is retried: by its call, else its function, else the cluster.</summary>
internal sealed class RetryPolicy(TaskPacket packet, FunctionDefaults defaults, RetrySettings settings)
{
    /// <summary>The defaults for requested retries, from Celery's <c>default_retry_delay</c> and <c>max_retries</c>.</summary>
    private static readonly TimeSpan DefaultDelay = TimeSpan.FromSeconds(180);
    private const int DefaultRetries = 3;

    private readonly RetryOptions _options = packet.Retry.Over(defaults.Retry);

    private int MaxAttempts => packet.Retry.MaxAttempts ?? defaults.Retry.MaxAttempts switch
    {
        null => settings.MaxAttempts,
        // For a function with automatic retries the call may set their number.
        { } given => packet.Retry.MaxRetries is { } retries ? AttemptsOf(retries) : given,
    };

    /// <summary>Failed attempts, including this one; those that lost their worker do not count.</summary>
    private int Failures => Math.Max(1, packet.Attempt - packet.Lost);

    /// <summary>Decides about an attempt that threw an exception.</summary>
    public RetryDecision Decide(Exception exception, TaskVerdict verdict)
    {
        if (exception is TaskRetryException wish)
            return Asked(wish);
        var thrown = verdict.Error.Reason == FailureReason.Timeout ? typeof(TimeoutException) : Thrown(exception);
        return verdict.Error.Reason is FailureReason.Exception or FailureReason.Timeout ? After(thrown) : RetryDecision.Final;
    }

    /// <summary>Decides about an attempt whose process is killed because of its time limit.</summary>
    public RetryDecision AfterKill() => MaxAttempts == 1 ? RetryDecision.Final : After(typeof(TimeoutException));

    /// <summary>The retry delay after a number of failures. Its upper bound doubles with each failure; jitter prevents simultaneous retries.</summary>
    public TimeSpan PauseAfter(int failures)
    {
        var first = _options.Backoff ?? settings.Backoff;
        var longest = _options.BackoffMax ?? settings.BackoffMax;
        var pause = Math.Min(first.TotalMilliseconds * Math.Pow(2, Math.Min(failures - 1, 60)), longest.TotalMilliseconds);
        // Not a secret: it only spreads the load.
#pragma warning disable CA5394
        return TimeSpan.FromMilliseconds(_options.NoJitter ? pause : pause * Random.Shared.NextDouble());
#pragma warning restore CA5394
    }

    private RetryDecision After(Type thrown)
    {
        if (MaxAttempts == 1)
            return RetryDecision.Final;
        var only = ErrorType.Split(_options.On);
        var never = ErrorType.Split(_options.Never);
        if ((only.Length > 0 && !Array.Exists(only, t => t.Matches(thrown))) || Array.Exists(never, t => t.Matches(thrown)))
            return RetryDecision.GiveUp;
        return MayGoOn(MaxAttempts) ? RetryDecision.Again(PauseAfter(Failures)) : RetryDecision.GiveUp;
    }

    private RetryDecision Asked(TaskRetryException wish)
    {
        var most = wish.MaxRetries is { } wished ? AttemptsOf(wished < 0 ? int.MaxValue : wished)
            : packet.Retry.MaxRetries is { } called ? AttemptsOf(called)
            : packet.Retry.MaxAttempts ?? (defaults.Retry.MaxRetries is { } declared ? AttemptsOf(declared) : defaults.Retry.MaxAttempts ?? DefaultRetries + 1);
        var hasBackoff = _options.Backoff is not null;
        return MayGoOn(most)
            ? RetryDecision.Again(wish.Countdown ?? (hasBackoff ? PauseAfter(Failures) : defaults.RetryDelay ?? DefaultDelay))
            : RetryDecision.GiveUp;
    }

    private static int AttemptsOf(int retries) => retries == int.MaxValue ? 0 : retries + 1;

    private bool MayGoOn(int most) => (most == 0 || Failures < most) && packet.Attempt < ushort.MaxValue;

    private static Type Thrown(Exception exception) =>
        exception is AggregateException { InnerExceptions: [var only] } ? only.GetType() : exception.GetType();
}
