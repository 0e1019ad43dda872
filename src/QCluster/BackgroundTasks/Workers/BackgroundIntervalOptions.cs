namespace QCluster.BackgroundTasks;

/// <summary>Options of an interval worker.</summary>
public sealed record BackgroundIntervalOptions : BackgroundWorkerOptions
{
    /// <summary>From the start of one run to the start of the next. A run that takes longer is followed by the next at once; nothing is made up for.</summary>
    /// <value>Default null: see <see cref="Delay"/>.</value>
    public TimeSpan? Interval { get; init; }

    /// <summary>The delay between the end of one run and the start of the next, if there is no <see cref="Interval"/>.</summary>
    /// <value>Default 1 s.</value>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The delay before each run.</summary>
    /// <value>Default none.</value>
    public TimeSpan DelayBefore { get; init; }
}
