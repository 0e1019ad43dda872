namespace QCluster.BackgroundTasks;

/// <summary>Options of an interval worker.</summary>
public sealed record BackgroundIntervalOptions : BackgroundWorkerOptions
{
    /// <summary>The time between the starts of two runs. If a run takes longer, the next one starts at once; missed ones are not caught up.</summary>
    /// <value>Default null: see <see cref="Delay"/>.</value>
    public TimeSpan? Interval { get; init; }

    /// <summary>The delay between the end of one run and the start of the next, if there is no <see cref="Interval"/>.</summary>
    /// <value>Default 1 s.</value>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The delay before each run.</summary>
    /// <value>Default none.</value>
    public TimeSpan DelayBefore { get; init; }
}
