using QCluster.Client.Schedules;
using QCluster.Execution.Calls;

namespace QCluster;

/// <summary>A recurring or one-off scheduled call, stored in Redis. Any cluster that serves the queue may fire it; each occurrence fires exactly once.</summary>
public sealed record Schedule
{
    private static readonly TimeSpan MaxInterval = TimeSpan.FromDays(3660);

    /// <summary>Creates a schedule.</summary>
    /// <param name="name">The name, unique in its queue.</param>
    /// <param name="when">The recurrence.</param>
    /// <param name="call">The call of each occurrence.</param>
    public Schedule(string name, Recurrence when, TaskCall call)
    {
        Name = name;
        When = when;
        Call = call;
    }

    /// <summary>Creates a schedule of a function with arguments by position.</summary>
    /// <param name="name">The name, unique in its queue.</param>
    /// <param name="when">The recurrence.</param>
    /// <param name="func">The registered name of the function.</param>
    /// <param name="args">Its arguments.</param>
    public Schedule(string name, Recurrence when, string func, params object?[] args)
        : this(name, when, new TaskCall(func, args))
    {
    }

    /// <summary>The name of the schedule.</summary>
    public string Name { get; init; }

    /// <summary>The recurrence.</summary>
    public Recurrence When { get; init; }

    /// <summary>The function and its arguments.</summary>
    public TaskCall Call { get; init; }

    /// <summary>The options of the tasks: hook, group, time-outs, retries and others. Not <c>Delay</c>, <c>Eta</c>, <c>Expires</c>, <c>UniqueKey</c>, <c>Sync</c>, <c>Mandatory</c> and <c>Immediate</c>.</summary>
    public TaskOptions Options { get; init; } = new();

    /// <summary>The first due time, from which days, months and intervals count. Null: now, the next time of the cron expression, or one interval from now.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>The maximum number of runs; null = no limit.</summary>
    public int? Repeats { get; init; }

    /// <summary>The IANA name of the time zone, such as <c>Europe/Prague</c>, whose wall clock determines the due times.</summary>
    /// <value>Default <c>UTC</c>.</value>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>The missed occurrences to fire: those due more than ten seconds ago, because no cluster ran. Null: the clusters' setting <c>catch_up</c> (by default the latest).</summary>
    public CatchUp? CatchUp { get; init; }

    /// <summary>The treatment of an occurrence while the task of the previous one has not ended.</summary>
    /// <value>Default <see cref="Overlap.Allow"/>.</value>
    public Overlap Overlap { get; init; }

    /// <summary>The maximum time between due time and start of an occurrence. A later one, because workers were busy or no cluster ran, does not run: its record says that it has expired.</summary>
    /// <value>Default null: no limit. From one millisecond to ten years. A run by hand does not expire.</value>
    public TimeSpan? ExpiresAfter { get; init; }

    /// <exception cref="ArgumentException">The schedule is invalid.</exception>
    internal TimeZoneInfo Validate()
    {
        GroupLabel.Check(nameof(Name), Name);
        ArgumentNullException.ThrowIfNull(When);
        ArgumentNullException.ThrowIfNull(Call);
        Options.Validate();
        if (Options is not { Delay: null, Eta: null, Expires: null, UniqueKey: null, Sync: false, Mandatory: false, Immediate: false })
            throw new ArgumentException($"The tasks of the schedule '{Name}' cannot have Delay, Eta, Expires, UniqueKey, Sync, Mandatory or Immediate. To skip late occurrences, set ExpiresAfter of the schedule.", nameof(Options));
        if (Overlap == Overlap.Queue && Options.ConcurrencyKey is not null)
            throw new ArgumentException($"The schedule '{Name}' cannot have both Overlap = Queue and a concurrency key: the first is a limit of one by itself.", nameof(Overlap));
        if (Repeats < 1)
            throw new ArgumentOutOfRangeException(nameof(Repeats), Repeats, "A schedule fires at least once; leave out Repeats for no limit.");
        if (When.Kind == RecurrenceKind.Once && Repeats > 1)
            throw new ArgumentException($"The schedule '{Name}' is due once, and cannot have {Repeats} repeats.", nameof(Repeats));
        if (ExpiresAfter is { } expires && (expires < TimeSpan.FromMilliseconds(1) || expires > MaxInterval))
            throw new ArgumentOutOfRangeException(nameof(ExpiresAfter), expires, "The tasks of a schedule expire from one millisecond to ten years after they are due; leave out ExpiresAfter for no limit.");
        return ZoneOf(TimeZone);
    }

    internal static TimeZoneInfo ZoneOf(string name) => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
        ? zone
        : throw new ArgumentException($"There is no time zone '{name}' on this machine: write an IANA name such as Europe/Prague or UTC, and check that the package tzdata is installed.", nameof(name));
}
