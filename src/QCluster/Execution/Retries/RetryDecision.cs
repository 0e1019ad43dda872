namespace QCluster.Execution.Retries;

/// <param name="Pause">The retry delay. Null: no retry.</param>
/// <param name="IsGivenUp">True if retries were possible and this was the last attempt: the task is dead-lettered.</param>
internal readonly record struct RetryDecision(TimeSpan? Pause, bool IsGivenUp)
{
    private const long MaxPause = 366L * 24 * 3600 * 1000;

    public static RetryDecision Final { get; }

    public static RetryDecision GiveUp { get; } = new(null, true);

    public static RetryDecision Again(TimeSpan pause) => new(pause, false);

    /// <summary>The form in the slot table: the retry delay in milliseconds, -1 for a plain failure, -2 for a dead-lettered one.</summary>
    public long ToMilliseconds() => Pause is { } pause ? (long)Math.Ceiling(pause.TotalMilliseconds) : IsGivenUp ? -2 : -1;

    /// <summary>A process that runs user code writes the table: it may contain anything.</summary>
    public static RetryDecision OfMilliseconds(long milliseconds) => milliseconds switch
    {
        -2 => GiveUp,
        < 0 => Final,
        _ => Again(TimeSpan.FromMilliseconds(Math.Min(milliseconds, MaxPause))),
    };
}
