namespace QCluster;

/// <summary>The schedules of the client's queue, or of the one that their options or these calls name.</summary>
public interface ISchedules
{
    /// <summary>Adds a schedule, or replaces the one of that name. Times are those of Redis's clock.</summary>
    /// <param name="schedule">The schedule. Its queue is that of its options.</param>
    /// <param name="replace">False: fail when there is another one of that name.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ArgumentException">It cannot be as it is.</exception>
    /// <exception cref="InvalidOperationException">There is another one of that name, and it is not to be replaced.</exception>
    /// <remarks>
    /// One that is the same as before is left alone, so it may be added at each start of a program: it stays due when it was. Of one that has changed, counters, last task
    /// and a pause stay; it stays due when it was unless recurrence, time zone or start have changed, and then goes on with what comes.
    /// </remarks>
    Task Add(Schedule schedule, bool replace = true, CancellationToken cancellationToken = default);

    /// <summary>The schedules of one queue, by name.</summary>
    /// <param name="queue">The queue; null = the client's own.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<ScheduleInfo>> List(string? queue = null, CancellationToken cancellationToken = default);

    /// <summary>The schedules of all queues that clients and clusters of this name have used, by queue and name.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<ScheduleInfo>> ListAll(CancellationToken cancellationToken = default);

    /// <summary>One schedule; null when there is none of that name.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="queue">The queue; null = the client's own.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<ScheduleInfo?> Get(string name, string? queue = null, CancellationToken cancellationToken = default);

    /// <summary>Fires a schedule now, besides its slots.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="queue">The queue; null = the client's own.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The id of the task.</returns>
    /// <exception cref="NotRegisteredException">There is none of that name.</exception>
    Task<string> Run(string name, string? queue = null, CancellationToken cancellationToken = default);

    /// <summary>Lets a schedule rest. Slots that pass meanwhile are not made up for.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="queue">The queue; null = the client's own.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False when there is none of that name.</returns>
    Task<bool> Pause(string name, string? queue = null, CancellationToken cancellationToken = default);

    /// <summary>Lets a paused schedule go on with its next slot.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="queue">The queue; null = the client's own.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False when there is none of that name.</returns>
    /// <exception cref="InvalidOperationException">Its definition cannot be read here, so nobody here knows when it is due next.</exception>
    Task<bool> Resume(string name, string? queue = null, CancellationToken cancellationToken = default);

    /// <summary>Removes a schedule. Tasks that it has fired are not touched.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="queue">The queue; null = the client's own.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False when there was none of that name.</returns>
    Task<bool> Remove(string name, string? queue = null, CancellationToken cancellationToken = default);
}
