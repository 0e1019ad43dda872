namespace QCluster.TaskClasses;

/// <summary>
/// A task class that runs automatically at its times: its <c>Run</c> takes no arguments, or has defaults for them. The workers that have it keep
/// one schedule of its name in Redis, for all queues that they serve. Any cluster may fire it; each occurrence fires once. From Celery's <c>PeriodicTask</c>.
/// </summary>
/// <remarks>
/// The schedule is in the queue of its <see cref="ClusterTask.RoutingKey"/>. Without one it is in the first queue of the first cluster that had the class. It moves to the queue of another cluster
/// if no cluster that serves its queue has the class any more. While no running cluster has the class, the schedule is suspended; <c>qcluster schedule remove</c> removes it. While a cluster has the class,
/// a removed schedule is added again within a minute: pause it instead.
/// </remarks>
public abstract class PeriodicTask : ClusterTask
{
    /// <inheritdoc />
    public sealed override TaskType Type => TaskType.Periodic;

    /// <summary>The recurrence: a time span, a number of seconds, <see cref="Recurrence.Daily"/> and similar, or <see cref="Recurrence.Cron"/>. Required.</summary>
    public virtual Recurrence? RunEvery => null;

    /// <summary>The time from which intervals, days and months count.</summary>
    /// <value>Default midnight of 1 January 2000 in its time zone, so an interval of 30 s is due at each full and half minute.</value>
    public virtual DateTimeOffset? Start => null;

    /// <summary>The maximum number of runs; null = no limit.</summary>
    public virtual int? Repeats => null;

    /// <summary>The IANA name of the time zone whose wall clock determines the due times.</summary>
    /// <value>Default <c>UTC</c>.</value>
    public virtual string TimeZone => "UTC";

    /// <summary>The missed occurrences to fire after no cluster ran; null = the clusters' setting <c>catch_up</c>.</summary>
    public virtual CatchUp? CatchUp => null;

    /// <summary>The treatment of an occurrence while the task of the previous one has not ended.</summary>
    public virtual Overlap Overlap => Overlap.Allow;

    /// <summary>The maximum time between due time and start of an occurrence; null = no limit.</summary>
    public virtual TimeSpan? ExpiresAfter => null;

    /// <summary>A registered function that gets the record of each of its tasks.</summary>
    public virtual string? Hook => null;

    internal Schedule ToSchedule()
    {
        var zone = Schedule.ZoneOf(TimeZone);
        var local = new DateTime(2000, 1, 1);
        return new Schedule(Name, RunEvery!, new TaskCall(Name))
        {
            Options = new TaskOptions { Queue = RoutingKey, Priority = Priority, IgnoreResult = IgnoreResult, Hook = Hook },
            Start = Start ?? new DateTimeOffset(local, zone.GetUtcOffset(local)),
            Repeats = Repeats,
            TimeZone = TimeZone,
            CatchUp = CatchUp,
            Overlap = Overlap,
            ExpiresAfter = ExpiresAfter,
        };
    }
}
