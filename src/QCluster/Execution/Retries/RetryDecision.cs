namespace QCluster.Execution.Retries;

/// <param name="Pause">Until the next attempt; null = there is none.</param>
/// <param name="IsGivenUp">Retries were possible, and this was the last of them: it goes to the dead list.</param>
internal readonly record struct RetryDecision(TimeSpan? Pause, bool IsGivenUp)
{
    private const long MaxPause = 366L * 24 * 3600 * 1000;

    public static RetryDecision Final { get; }

    public static RetryDecision GiveUp { get; } = new(null, true);

    public static RetryDecision Again(TimeSpan pause) => new(pause, false);

    /// <summary>As the slot table has it: the pause in milliseconds, -1 for a plain failure, -2 for giving up.</summary>
    public long ToMilliseconds() => Pause is { } pause ? (long)Math.Ceiling(pause.TotalMilliseconds) : IsGivenUp ? -2 : -1;

    /// <summary>The table is written by a process that runs user code: it may say anything.</summary>
    public static RetryDecision OfMilliseconds(long milliseconds) => milliseconds switch
    {
        -2 => GiveUp,
        < 0 => Final,
        _ => Again(TimeSpan.FromMilliseconds(Math.Min(milliseconds, MaxPause))),
    };
}
